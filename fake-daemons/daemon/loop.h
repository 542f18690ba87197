#pragma once

#include <poll.h>

#include <functional>
#include <vector>

#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"

namespace iotcpd::fake {

class Loop;

/// A descriptor and what to do when it is ready. Belongs to whoever owns the descriptor; watches
/// while it has events to wait for.
class Watch {
 public:
  /// `ready` may destroy anything but its own watch.
  Watch(Loop& loop, std::function<void(TimePoint now)> ready);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Waits for `events` (POLLIN, POLLOUT) of `fd`; its end and errors come with either.
  void wait(int fd, short events);
  /// As wait() for POLLIN; but `ready` reads in a way that waits, and is called at once, with no
  /// time, when there is nothing else to wait for: a system call less.
  void waitInRead(int fd);
  void pause() { events_ = 0; }
  [[nodiscard]] bool waiting() const { return events_ != 0; }

 private:
  friend class Loop;
  Loop& loop_;
  std::function<void(TimePoint now)> ready_;
  int fd_ = -1;
  short events_ = 0;
  bool waitsInRead_ = false;
};

/// Waits for descriptors, absolute deadlines and signals, in one thread. Where there is a
/// descriptor to wait for, deadlines are those of a timerfd: poll(2)'s own time-outs may come late
/// by a thousandth.
class Loop {
 public:
  /// `spin`: so long before a deadline it waits on the processor instead of sleeping. Throws
  /// std::system_error when there is no descriptor left.
  explicit Loop(Nanoseconds spin);

  [[nodiscard]] TimerHeap& timers() { return timers_; }
  /// Until then it keeps the processor busy between events.
  void stayBusyUntil(TimePoint until);

  /// Waits once and calls whoever is ready; SignalFlags's signals come through while it waits, and
  /// now and then when it has nothing to wait for.
  /// Throws std::system_error when the kernel refuses to wait.
  void turn();

 private:
  friend class Watch;

  /// The one watch there is to wait for, if it waits in its read and no deadline is there.
  [[nodiscard]] Watch* onlyReader() const;
  void forget(const Watch* watch);
  void letSignalsThrough(TimePoint now);
  [[nodiscard]] bool mayBlock(TimePoint now) const;
  void gather();
  /// False when a signal came instead.
  bool poll(bool blocks);
  void arm(TimePoint deadline);
  void dispatch(TimePoint now);

  Nanoseconds spin_;
  UniqueFd timer_;
  TimerHeap timers_;
  std::vector<Watch*> watches_;
  std::vector<pollfd> polled_;
  std::vector<Watch*> ready_;
  TimePoint armedFor_{};
  TimePoint busyUntil_{};
  TimePoint signalsAt_{};  ///< they were last let through without a wait
};

}  // namespace iotcpd::fake
