#include "loadgen/drive/peer_address.h"

#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>

#include "common/text/printable.h"

namespace iotcpd::loadgen {
namespace {

PeerAddress unixAddress(const EndpointName& endpoint) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, endpoint.path.data(), endpoint.path.size());
  PeerAddress peer{.text = endpoint.text()};
  peer.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + endpoint.path.size() + 1);
  std::memcpy(&peer.address, &address, sizeof address);
  return peer;
}

}  // namespace

bool PeerAddress::isIpv4Loopback() const {
  if (family() != AF_INET) return false;
  sockaddr_in in{};
  std::memcpy(&in, &address, sizeof in);
  return (ntohl(in.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

PeerAddress resolve(const EndpointName& endpoint) {
  if (endpoint.isUnix()) return unixAddress(endpoint);
  try {
    const Poco::Net::SocketAddress found(endpoint.host, endpoint.port);
    PeerAddress peer{.text = endpoint.text()};
    peer.length = found.length();
    std::memcpy(&peer.address, found.addr(), found.length());
    return peer;
  } catch (const Poco::Exception& e) {
    throw TargetError(fmt::format("target {}: no address is known for '{}' ({})",
                                  printable(endpoint.text()), printable(endpoint.host),
                                  printable(e.displayText())));
  }
}

}  // namespace iotcpd::loadgen
