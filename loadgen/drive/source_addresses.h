#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

namespace iotcpd::loadgen {

/// Addresses to connect from, taken in turn, so that the local ports of one are not used up. Empty:
/// the kernel chooses.
class SourceAddresses {
 public:
  /// `addresses` in numbers, IPv4 or IPv6. Throws TargetError for one that is none, or not of
  /// `family`.
  SourceAddresses(const std::vector<std::string>& addresses, int family);

  [[nodiscard]] bool isEmpty() const { return addresses_.empty(); }
  [[nodiscard]] std::size_t size() const { return addresses_.size(); }
  /// Binds a new socket to the next one; the kernel picks the port when it knows the peer, so that
  /// a port serves many peers. Returns 0 or errno.
  [[nodiscard]] int bindNext(int fd);

 private:
  struct Address {
    sockaddr_storage address{};
    socklen_t length = 0;
  };
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
};

/// 127.0.0.2 and the `count` - 1 that follow it; at most 250.
[[nodiscard]] std::vector<std::string> loopbackAddresses(std::size_t count);

}  // namespace iotcpd::loadgen
