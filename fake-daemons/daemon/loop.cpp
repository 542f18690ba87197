#include "fake-daemons/daemon/loop.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "fake-daemons/daemon/signal_flags.h"

namespace iotcpd::fake {
Loop::Loop(Nanoseconds spin)
    : spin_(spin), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

Watch::Watch(Loop& loop, std::function<void(TimePoint now)> ready)
    : loop_(loop), ready_(std::move(ready)) {
  loop_.watches_.push_back(this);
}

Watch::~Watch() { loop_.forget(this); }

void Watch::wait(int fd, short events) {
  fd_ = fd;
  events_ = events;
  waitsInRead_ = false;
}

void Watch::waitInRead(int fd) {
  fd_ = fd;
  events_ = POLLIN;
  waitsInRead_ = true;
}

void Loop::forget(const Watch* watch) {
  std::erase(watches_, watch);
  // One that was ready in this very turn is not called any more.
  std::ranges::replace(ready_, const_cast<Watch*>(watch), nullptr);
}

void Loop::stayBusyUntil(TimePoint until) { busyUntil_ = std::max(busyUntil_, until); }

bool Loop::mayBlock(TimePoint now) const {
  if (now < busyUntil_) return false;
  const auto earliest = timers_.earliest();
  return !earliest || *earliest - now > spin_;
}

void Loop::arm(TimePoint deadline) {
  if (deadline == armedFor_) return;
  armedFor_ = deadline;
  constexpr std::int64_t kSecond = 1'000'000'000;
  // A deadline of 0 would disarm it.
  const std::int64_t ns = std::max<std::int64_t>(deadline.time_since_epoch().count(), 1);
  itimerspec when{};
  when.it_value.tv_sec = ns / kSecond;
  when.it_value.tv_nsec = ns % kSecond;
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

Watch* Loop::onlyReader() const {
  if (timers_.size() > 0 || busyUntil_ != TimePoint{}) return nullptr;
  Watch* only = nullptr;
  for (Watch* watch : watches_) {
    if (!watch->waiting()) continue;
    if (only != nullptr || !watch->waitsInRead_) return nullptr;
    only = watch;
  }
  return only;
}

// ppoll() lets no signal through while something is ready.
void Loop::letSignalsThrough(TimePoint now) {
  constexpr Nanoseconds kLongest = std::chrono::milliseconds(1);
  if (now - signalsAt_ < kLongest) return;
  signalsAt_ = now;
  sigset_t before;
  ::sigprocmask(SIG_SETMASK, &SignalFlags::maskWhileWaiting(), &before);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

void Loop::turn() {
  if (Watch* const reader = onlyReader()) {
    reader->ready_({});
    return;
  }
  if (SignalFlags::holdTerm()) return;
  const bool hasTimes = timers_.size() > 0 || busyUntil_ != TimePoint{};
  TimePoint now = hasTimes ? steadyNow() : TimePoint::max();
  const bool blocks = mayBlock(now);
  gather();
  if (blocks && polled_.empty() && timers_.size() > 0) {
    SignalFlags::sleep(*timers_.earliest() - spin_ - now);
  } else if (!poll(blocks)) {
    return;
  }
  now = steadyNow();
  if (const auto earliest = timers_.earliest(); earliest && *earliest - now <= spin_) {
    while (now < *earliest) now = steadyNow();
  }
  dispatch(now);
  timers_.runDue(now);
  letSignalsThrough(now);
}

void Loop::gather() {
  polled_.clear();
  ready_.clear();
  for (Watch* watch : watches_) {
    if (!watch->waiting()) continue;
    polled_.push_back({watch->fd_, watch->events_, 0});
    ready_.push_back(watch);
  }
}

bool Loop::poll(bool blocks) {
  if (blocks && timers_.size() > 0) {
    arm(*timers_.earliest() - spin_);
    polled_.push_back({timer_.get(), POLLIN, 0});
  }
  constexpr timespec kAtOnce{0, 0};
  const int count = ::ppoll(polled_.data(), polled_.size(), blocks ? nullptr : &kAtOnce,
                            &SignalFlags::maskWhileWaiting());
  if (count < 0 && errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "ppoll");
  }
  if (count < 0) ready_.clear();
  return count >= 0;
}

void Loop::dispatch(TimePoint now) {
  // By index: a watch made meanwhile waits for the next turn.
  const std::size_t count = ready_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (polled_[i].revents != 0 && ready_[i] != nullptr && ready_[i]->waiting()) {
      ready_[i]->ready_(now);
    }
  }
  if (polled_.size() > count && polled_[count].revents != 0) {
    std::uint64_t expirations = 0;
    static_cast<void>(!::read(timer_.get(), &expirations, sizeof expirations));
    armedFor_ = {};
  }
}

}  // namespace iotcpd::fake
