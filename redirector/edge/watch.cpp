#include "redirector/edge/watch.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace iotcpd::redirector {

Watch::Watch(Poller& poller, int fd, std::function<void()> onReadable)
    : poller_(poller), fd_(fd), onReadable_(std::move(onReadable)) {}

Watch::~Watch() {
  if (registered_) poller_.remove(fd_, *this);
}

/// Once registered it stays so: to register takes memory, which may be what is wanting.
void Watch::want(Interest interest) {
  if (interest == interest_) return;
  const std::uint32_t events = interest == Interest::kReadable ? std::uint32_t{EPOLLIN} : 0;
  if (registered_) {
    poller_.change(fd_, events, *this);
  } else if (!poller_.add(fd_, events, *this)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  registered_ = true;
  interest_ = interest;
}

}  // namespace iotcpd::redirector
