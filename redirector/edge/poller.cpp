#include "redirector/edge/poller.h"

#include <cerrno>
#include <system_error>

namespace iotcpd::redirector {
namespace {

epoll_event eventFor(std::uint32_t events, Poller::Handler& handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return event;
}

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool Poller::add(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event = eventFor(events, handler);
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::change(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event = eventFor(events, handler);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::remove(int fd, const Handler& handler) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  for (std::size_t i = next_; i < end_; ++i) {
    if (batch_[i].data.ptr == &handler) batch_[i].data.ptr = nullptr;
  }
}

void Poller::dispatch(TimePoint now) {
  if (fill(0)) deliver(now);
}

void Poller::waitAndDispatch(const Clock& clock) {
  if (fill(-1)) deliver(clock.now());
}

bool Poller::fill(int timeoutMs) {
  const int ready = ::epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(kBatch), timeoutMs);
  ++passes_;
  next_ = 0;
  end_ = ready > 0 ? static_cast<std::size_t>(ready) : 0;
  return end_ > 0;
}

void Poller::deliver(TimePoint now) {
  while (next_ < end_) {
    const epoll_event event = batch_[next_++];
    if (event.data.ptr != nullptr) {
      static_cast<Handler*>(event.data.ptr)->onEvents(event.events, now);
    }
  }
  next_ = end_ = 0;
}

}  // namespace iotcpd::redirector
