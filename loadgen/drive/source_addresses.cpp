#include "loadgen/drive/source_addresses.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>

#include "common/os/unique_fd.h"
#include "common/text/printable.h"
#include "loadgen/drive/peer_address.h"

namespace iotcpd::loadgen {
namespace {

/// 0, or why nothing can connect from there.
int tryToBind(const Poco::Net::SocketAddress& address) {
  const UniqueFd fd(::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  return ::bind(fd.get(), address.addr(), address.length()) == 0 ? 0 : errno;
}

}  // namespace

SourceAddresses::SourceAddresses(const std::vector<std::string>& addresses, int family) {
  for (const std::string& text : addresses) {
    Poco::Net::IPAddress ip;
    if (!Poco::Net::IPAddress::tryParse(text, ip)) {
      throw TargetError(
          fmt::format("--source '{}': accepted is an IP address in numbers", printable(text)));
    }
    const Poco::Net::SocketAddress found(ip, 0);
    if (found.af() != family) {
      throw TargetError(
          fmt::format("--source '{}': the target is of another family of addresses", text));
    }
    if (const int error = tryToBind(found); error != 0) {
      throw TargetError(fmt::format("--source '{}': {}", text, std::strerror(error)));
    }
    Address& address = addresses_.emplace_back();
    address.length = found.length();
    std::memcpy(&address.address, found.addr(), found.length());
  }
}

int SourceAddresses::bindNext(int fd) {
  const Address& source = addresses_[next_];
  next_ = next_ + 1 == addresses_.size() ? 0 : next_ + 1;
  const int on = 1;
  if (::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0) return errno;
  const auto* address = reinterpret_cast<const sockaddr*>(&source.address);
  return ::bind(fd, address, source.length) == 0 ? 0 : errno;
}

std::vector<std::string> loopbackAddresses(std::size_t count) {
  constexpr std::size_t kMost = 250;
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < std::min(count, kMost); ++i) {
    addresses.push_back(fmt::format("127.0.0.{}", i + 2));
  }
  return addresses;
}

}  // namespace iotcpd::loadgen
