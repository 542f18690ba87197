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

/// The listening sockets of the service. All TCP listeners share one port. Each shard has TCP
/// sockets of its own, between which the kernel shares connections out (SO_REUSEPORT). For a UNIX
/// socket it does not: that belongs to the first shard.
class Listeners {
 public:
  /// Binds and listens. Throws BindError.
  explicit Listeners(const ListenSettings& settings);
  /// Removes the UNIX socket's file if it is still ours.
  ~Listeners();
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  /// Those of one shard, from 0.
  [[nodiscard]] std::vector<int> descriptors(std::size_t shard) const;
  /// "127.0.0.1:9991", "[::1]:9991", "unix:/run/iotcpd.sock", in the order of the settings.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Those of one shard; each may be closed by a thread of its own.
  void close(std::size_t shard);

 private:
  void bindTcp(const std::string& address, bool v6, int backlog);
  void bindUnix(const ListenSettings& settings);

  using Sockets = std::vector<Poco::Net::ServerSocket>;

  std::vector<Sockets> ofShards_;
  std::vector<std::string> names_;
  std::uint16_t port_;
  std::string unixPath_;
  unsigned long unixInode_ = 0;
};

}  // namespace iotcpd::redirector
