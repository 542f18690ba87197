#pragma once

#include "common/time/clock.h"

namespace iotcpd::redirector {

/// When a slot's next process may start after one has died, one object per slot.
/// A death after serving, or after a life longer than the longest delay, starts the count afresh;
/// the first death in a row without having served is still respawned at once (somebody may have
/// killed an idle daemon); from the second on the delay starts at `first` and doubles up to
/// `longest`.
class RespawnBackoff {
 public:
  static constexpr Nanoseconds kLongest = std::chrono::seconds(60);

  static constexpr Nanoseconds kShortest = std::chrono::milliseconds(1);

  /// `first`: alarm-interval; counts as kShortest or kLongest when it lies beyond them.
  explicit RespawnBackoff(Nanoseconds first) : first_(first) {}

  struct Decision {
    Nanoseconds delay{0};
    /// The delay has grown: worth a line in the log. At the longest delay said once.
    bool newStage = false;
  };

  /// `served`: the process answered a client (probes don't count). `lived`: from its start to its
  /// death. `jitter` in [0, 1): adds up to a quarter of the delay, never beyond kLongest.
  [[nodiscard]] Decision died(bool served, Nanoseconds lived, double jitter);
  /// The program could not even be executed: delayed from the first time on.
  [[nodiscard]] Decision couldNotStart(double jitter);

  void setFirst(Nanoseconds first) { first_ = first; }

 private:
  [[nodiscard]] Decision delayed(double jitter);
  /// The current stage's delay without jitter. REQUIRES: stage_ > 0.
  [[nodiscard]] Nanoseconds base() const;

  Nanoseconds first_;
  unsigned deathsInARow_ = 0;  ///< without having served
  unsigned stage_ = 0;         ///< 0: not delayed; n: first * 2^(n-1)
};

}  // namespace iotcpd::redirector
