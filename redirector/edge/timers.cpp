#include "redirector/edge/timers.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace iotcpd::redirector {

Timers::Timers() : timerfd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!timerfd_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

void Timers::schedule(Timer& timer, TimePoint deadline) {
  heap_.schedule(timer, deadline);
  if (!armedFor_ || deadline < *armedFor_) arm(deadline);
}

void Timers::run(TimePoint now) {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(timerfd_.get(), &expirations, sizeof expirations);
  armedFor_.reset();
  heap_.runDue(now);
  // A callback may have armed it; only an earlier deadline makes a difference.
  const std::optional<TimePoint> earliest = heap_.earliest();
  if (earliest && (!armedFor_ || *earliest < *armedFor_)) arm(*earliest);
}

void Timers::arm(TimePoint deadline) {
  // Zero would disarm it.
  const std::int64_t sinceBoot = std::max<std::int64_t>(1, deadline.time_since_epoch().count());
  itimerspec when{};
  when.it_value.tv_sec = sinceBoot / 1'000'000'000;
  when.it_value.tv_nsec = sinceBoot % 1'000'000'000;
  ::timerfd_settime(timerfd_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
  armedFor_ = deadline;
}

}  // namespace iotcpd::redirector
