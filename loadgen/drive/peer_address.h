#pragma once

#include <sys/socket.h>

#include <stdexcept>
#include <string>

#include "common/net/endpoint_name.h"

namespace iotcpd::loadgen {

/// The target cannot be reached, or the run not be carried out as it was asked for; what() is one
/// sentence.
class TargetError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where connections go to: an address that connect(2) takes. A value.
struct PeerAddress {
  std::string text;  ///< as the user wrote it
  sockaddr_storage address{};
  socklen_t length = 0;

  [[nodiscard]] int family() const { return address.ss_family; }
  [[nodiscard]] bool isTcp() const { return family() != AF_UNIX; }
  /// 127.0.0.0/8: there are more source addresses to connect from.
  [[nodiscard]] bool isIpv4Loopback() const;
};

/// Looks a name up. Throws TargetError.
[[nodiscard]] PeerAddress resolve(const EndpointName& endpoint);

}  // namespace iotcpd::loadgen
