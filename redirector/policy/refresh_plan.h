#pragma once

#include <cstddef>
#include <optional>

#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {

/// A rolling refresh, make-before-break: one slot at a time gets a successor beside its incumbent.
/// Three failed successors in a row abort it; the incumbents stay.
class RefreshPlan {
 public:
  static constexpr unsigned kMaxFailures = 3;

  /// Begins with the first slot. REQUIRES: none runs.
  void begin();
  /// The slot whose successor is to be started or is being proven; nothing when none runs.
  [[nodiscard]] std::optional<SlotId> current() const { return current_; }

  enum class Progress {
    kNextSlot,  ///< current() is the slot to go on with
    kDone,      ///< all slots have their successors
    kAborted,   ///< too many failures
  };
  /// The successor of current() was proven and took over (or needed none). `slots`: how many there
  /// are by now. REQUIRES: one runs; of failed() too.
  Progress succeeded(std::size_t slots);
  /// The successor of current() could not be started, died, spoke or failed its probe.
  /// kNextSlot here means: try the same slot again.
  Progress failed();
  void cancel() { current_.reset(); }

 private:
  Progress end(Progress how);

  std::optional<SlotId> current_;
  unsigned failures_ = 0;
};

}  // namespace iotcpd::redirector
