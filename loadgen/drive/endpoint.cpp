#include "loadgen/drive/endpoint.h"

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

constexpr std::string_view kUnixPrefix = "unix:";

Endpoint unixEndpoint(const std::string& text) {
  const std::string path = text.substr(kUnixPrefix.size());
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw TargetError(fmt::format("target '{}': accepted is a path of 1 to {} bytes after unix:",
                                  printable(text), sizeof address.sun_path - 1));
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  Endpoint endpoint{.text = text};
  endpoint.length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  std::memcpy(&endpoint.address, &address, sizeof address);
  return endpoint;
}

}  // namespace

bool Endpoint::isIpv4Loopback() const {
  if (family() != AF_INET) return false;
  sockaddr_in in{};
  std::memcpy(&in, &address, sizeof in);
  return (ntohl(in.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

Endpoint resolveEndpoint(const std::string& text) {
  if (text.starts_with(kUnixPrefix)) return unixEndpoint(text);
  try {
    const Poco::Net::SocketAddress found(text);
    Endpoint endpoint{.text = text};
    endpoint.length = found.length();
    std::memcpy(&endpoint.address, found.addr(), found.length());
    return endpoint;
  } catch (const Poco::Net::HostNotFoundException&) {
    throw TargetError(fmt::format("target '{}': there is no host of that name", printable(text)));
  } catch (const Poco::Net::NoAddressFoundException&) {
    throw TargetError(fmt::format("target '{}': that host has no address", printable(text)));
  } catch (const Poco::Exception& e) {
    throw TargetError(
        fmt::format("target '{}': {}; accepted is HOST:PORT, [IPv6]:PORT or unix:PATH",
                    printable(text), e.displayText()));
  }
}

}  // namespace iotcpd::loadgen
