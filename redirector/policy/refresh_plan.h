#pragma once

#include <cstddef>
#include <optional>

#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {

/// A rolling refresh, make-before-break: one slot at a time gets a successor beside its incumbent.
/// Requests to refresh that come while one runs coalesce into one more round after it. Three failed
/// successors in a row abort the round; the incumbents stay.
class RefreshPlan {
 public:
  static constexpr unsigned kMaxFailures = 3;

  /// A refresh is wanted for `slots` slots. True when a round begins now, false when it will follow
  /// the running one. REQUIRES: slots > 0.
  bool request(std::size_t slots);
  /// The slot whose successor is to be started or is being proven; nothing when no round runs.
  [[nodiscard]] std::optional<SlotId> current() const { return current_; }

  enum class Progress {
    kNextSlot,     ///< current() is the slot to go on with
    kDone,         ///< the round is complete
    kAborted,      ///< too many failures; the round is over
    kAnotherRound  ///< the round is over (either way is logged by the caller); a further one begins
  };
  /// The successor of current() was proven and took over (or needed none). `slots`: how many there
  /// are by now. REQUIRES: a round runs; of failed() too.
  Progress succeeded(std::size_t slots);
  /// The successor of current() could not be started, died, spoke or failed its probe.
  /// kNextSlot here means: try the same slot again.
  Progress failed();
  /// The last round ended by failure.
  [[nodiscard]] bool aborted() const { return aborted_; }
  /// Drops the running round, which then has not ended by failure, and the one that waits.
  void cancel();

 private:
  Progress endRound(Progress how);

  std::optional<SlotId> current_;
  unsigned failures_ = 0;
  bool again_ = false;
  bool aborted_ = false;
};

}  // namespace iotcpd::redirector
