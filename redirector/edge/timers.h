#pragma once

#include <optional>

#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"

namespace iotcpd::redirector {

/// All deadlines of the service behind one timerfd, which is re-armed only when a new deadline is
/// earlier than the one it is armed for: a cancelled deadline costs one idle wake-up, not a system
/// call per request.
class Timers {
 public:
  /// Throws std::system_error when the kernel gives no descriptor.
  Timers();

  void schedule(Timer& timer, TimePoint deadline);

  /// Readable when a deadline may have passed.
  [[nodiscard]] int fd() const { return timerfd_.get(); }
  /// Runs what is due. Driven by the loop when fd() is readable, or by a test with its own time.
  void run(TimePoint now);

 private:
  void arm(TimePoint deadline);

  UniqueFd timerfd_;
  TimerHeap heap_;
  std::optional<TimePoint> armedFor_;
};

}  // namespace iotcpd::redirector
