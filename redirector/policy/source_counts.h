#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "common/net/cidr.h"

namespace iotcpd::redirector {

/// How many connections each source address has, over all shards, each of which counts its own
/// part. From any thread.
class SourceCounts {
 public:
  explicit SourceCounts(std::size_t parts) : parts_(parts) {}

  /// Counts one more connection in `part`. False, and not counted, when the source has `most` in
  /// all parts together.
  [[nodiscard]] bool add(std::size_t part, const IpAddress& source, std::size_t most);
  /// REQUIRES: added in this part.
  void remove(std::size_t part, const IpAddress& source);
  /// `open` is all that `part` has, each source as often as it has connections.
  void replace(std::size_t part, const std::vector<IpAddress>& open);

 private:
  using Counts = std::unordered_map<IpAddress, std::size_t>;
  [[nodiscard]] std::size_t ofAll(const IpAddress& source) const;

  std::mutex mutex_;
  std::vector<Counts> parts_;  ///< guarded by the mutex
};

}  // namespace iotcpd::redirector
