#pragma once

#include <cstdint>
#include <functional>

#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// One descriptor's registration in the poller, from the first time that it wants something for as
/// long as this object lives. Destroy it before the descriptor is closed.
class Watch final : private Poller::Handler {
 public:
  enum class Interest { kNothing, kReadable };

  Watch(Poller& poller, int fd, std::function<void()> onReadable);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Throws std::system_error when the kernel would not watch it, which it may refuse the first
  /// time only.
  void want(Interest interest);

 private:
  void onEvents(std::uint32_t events, TimePoint /*now*/) override {
    if ((events & EPOLLIN) != 0) onReadable_();
  }

  Poller& poller_;
  int fd_;
  std::function<void()> onReadable_;
  Interest interest_ = Interest::kNothing;
  bool registered_ = false;
};

}  // namespace iotcpd::redirector
