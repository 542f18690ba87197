#include "loadgen/drive/poller.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace iotcpd::loadgen {
namespace {

constexpr Nanoseconds kLongestWait = std::chrono::seconds(1);

timespec timespecOf(Nanoseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {static_cast<std::time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void Poller::add(int fd, std::uint32_t events, PollHandler& handler) {
  control(EPOLL_CTL_ADD, fd, events, &handler);
}

void Poller::change(int fd, std::uint32_t events, PollHandler& handler) {
  control(EPOLL_CTL_MOD, fd, events, &handler);
}

void Poller::remove(int fd) { control(EPOLL_CTL_DEL, fd, 0, nullptr); }

void Poller::control(int operation, int fd, std::uint32_t events, PollHandler* handler) const {
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler;
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

int Poller::waitFor(Nanoseconds longest) {
  if (longest <= Nanoseconds::zero()) return ::epoll_wait(epoll_.get(), events_.data(), kBatch, 0);
  const timespec timeout = timespecOf(longest);
  const int ready = ::epoll_pwait2(epoll_.get(), events_.data(), kBatch, &timeout, nullptr);
  if (ready >= 0 || errno != ENOSYS) return ready;
  // Kernels before 5.11, and valgrind: milliseconds, rounded down so that nothing becomes late.
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(longest);
  return ::epoll_wait(epoll_.get(), events_.data(), kBatch, static_cast<int>(ms.count()));
}

void Poller::dispatch(TimePoint deadline, TimePoint now) {
  const Nanoseconds longest =
      deadline <= now ? Nanoseconds::zero() : std::min(deadline - now, kLongestWait);
  const int ready = waitFor(longest);
  if (ready < 0 && errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "epoll_wait");
  }
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    static_cast<PollHandler*>(event.data.ptr)->onReady(event.events);
  }
}

}  // namespace iotcpd::loadgen
