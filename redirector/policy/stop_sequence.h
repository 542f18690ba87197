#pragma once

#include <optional>

#include "common/time/clock.h"

namespace iotcpd::redirector {

/// How one process and its group are stopped:
///
///     step            after        waits
///     kCloseStdin     at once      500 ms
///     kTerminate      500 ms       2 s
///     kKill           2.5 s        for ever: nothing survives it
///
/// Passive: the owner performs the step it is told and asks again when `deadline` has passed.
class StopSequence {
 public:
  enum class Step { kCloseStdin, kTerminate, kKill };

  static constexpr Nanoseconds kGraceAfterClose = std::chrono::milliseconds(500);
  static constexpr Nanoseconds kGraceAfterTerminate = std::chrono::seconds(2);

  /// The first step, due now. REQUIRES: not begun (a second begin would put the kill off).
  [[nodiscard]] Step begin(TimePoint now);
  /// The next step when its time has come, else nothing; one step per call, and the wait after it
  /// counts from `now`. REQUIRES: begun.
  [[nodiscard]] std::optional<Step> next(TimePoint now);
  /// When next() has something to say; nothing before begin() and after kKill.
  [[nodiscard]] std::optional<TimePoint> deadline() const { return deadline_; }
  [[nodiscard]] bool begun() const { return begun_; }

 private:
  bool begun_ = false;
  Step last_ = Step::kCloseStdin;
  std::optional<TimePoint> deadline_;
};

}  // namespace iotcpd::redirector
