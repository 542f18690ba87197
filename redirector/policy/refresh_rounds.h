#pragma once

#include <cstddef>
#include <optional>

namespace iotcpd::redirector {

/// In what order several shards are refreshed: one after the other, so that one slot of all is
/// refreshed at a time. Requests that come while a round runs coalesce into one more after it.
class RefreshRounds {
 public:
  explicit RefreshRounds(std::size_t shards) : shards_(shards) {}

  /// True when a round begins now, with current(); false when it will follow the running one.
  bool request();
  /// The shard that is being refreshed; nothing when no round runs.
  [[nodiscard]] std::optional<std::size_t> current() const { return current_; }
  /// The refresh of current() is over. True when the round is over with it; after an aborted one no
  /// further shard is refreshed. current() is the one to go on with. REQUIRES: a round runs.
  bool onEnded(bool aborted);

 private:
  std::size_t shards_;
  std::optional<std::size_t> current_;
  bool again_ = false;
};

}  // namespace iotcpd::redirector
