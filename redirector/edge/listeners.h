#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/Net/ServerSocket.h>

#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// An address cannot be bound; what() names it and says why.
class BindError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The listening sockets of the service. All TCP listeners share one port.
class Listeners {
 public:
  /// Binds and listens. Throws BindError.
  explicit Listeners(const ListenSettings& settings);
  /// Removes the UNIX socket's file if it is still ours.
  ~Listeners();
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  [[nodiscard]] std::vector<int> descriptors() const;
  /// "127.0.0.1:9991", "[::1]:9991", "unix:/run/iotcpd.sock", in the order of the settings.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  void close();

 private:
  void bindTcp(const std::string& address, bool v6, int backlog);
  void bindUnix(const ListenSettings& settings);

  std::vector<Poco::Net::ServerSocket> sockets_;
  std::vector<std::string> names_;
  std::uint16_t port_;
  std::string unixPath_;
  unsigned long unixInode_ = 0;
};

}  // namespace iotcpd::redirector
