#include "redirector/edge/mailbox.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace iotcpd::redirector {

Mailbox::Mailbox(Poller& poller)
    : poller_(poller), wakeUp_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wakeUp_) throw std::system_error(errno, std::generic_category(), "eventfd");
  if (!poller_.add(wakeUp_.get(), EPOLLIN, *this)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

Mailbox::~Mailbox() { poller_.remove(wakeUp_.get(), *this); }

void Mailbox::post(std::function<void()> task) {
  const std::scoped_lock lock(mutex_);
  tasks_.push_back(std::move(task));
  ::eventfd_write(wakeUp_.get(), 1);
}

void Mailbox::onEvents(std::uint32_t /*events*/, TimePoint /*now*/) {
  eventfd_t posted = 0;
  ::eventfd_read(wakeUp_.get(), &posted);
  std::vector<std::function<void()>> tasks;
  {
    const std::scoped_lock lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const std::function<void()>& task : tasks) task();
}

}  // namespace iotcpd::redirector
