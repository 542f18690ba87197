#include "redirector/edge/watch.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace iotcpd::redirector {

Watch::Watch(Poller& poller, int fd, std::function<void()> onReadable)
    : poller_(poller), fd_(fd), onReadable_(std::move(onReadable)) {}

Watch::~Watch() {
  if (interest_ != Interest::kNothing) poller_.remove(fd_, *this);
}

void Watch::want(Interest interest) {
  if (interest == interest_) return;
  if (interest == Interest::kNothing) {
    poller_.remove(fd_, *this);
  } else if (!poller_.add(fd_, EPOLLIN, *this)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  interest_ = interest;
}

}  // namespace iotcpd::redirector
