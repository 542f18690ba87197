#pragma once

#include <cstddef>
#include <vector>

#include "loadgen/drive/connection.h"

namespace iotcpd::loadgen {

/// Which connection takes the next request: one of those with the fewest outstanding, of these the
/// one that has waited longest. Lists by number of outstanding requests; links are in the
/// connections, which outlive the pool.
class ConnectionPool {
 public:
  explicit ConnectionPool(std::size_t pipeline) : lists_(pipeline) {}

  /// nullptr when all have as many outstanding as they may. It stays out until put() again.
  [[nodiscard]] Connection* take();
  [[nodiscard]] bool isEmpty() const { return size_ == 0; }
  /// Puts it where it belongs now, whether it was in or not; nowhere when it has no room.
  void put(Connection& connection);

 private:
  struct List {
    Connection* first = nullptr;
    Connection* last = nullptr;
  };
  void remove(Connection& connection);

  std::vector<List> lists_;
  std::size_t size_ = 0;
};

}  // namespace iotcpd::loadgen
