#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>

#include "common/os/unique_fd.h"
#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// Told by a poller that its descriptor is ready.
class PollHandler {
 public:
  /// `events` as of epoll(7).
  virtual void onReady(std::uint32_t events) = 0;

 protected:
  ~PollHandler() = default;
};

/// epoll(7), level-triggered, and no more than that: at a million requests a second what lies
/// between the kernel and a connection decides what can be measured (docs/dependencies.md has the
/// comparison with a reactor). Handlers belong to whoever adds them and outlive their descriptors'
/// registration; a descriptor that is closed is removed by that. A handler whose descriptor has
/// been closed and opened again within one dispatch may be called once for nothing.
class Poller {
 public:
  Poller();

  void add(int fd, std::uint32_t events, PollHandler& handler);
  void change(int fd, std::uint32_t events, PollHandler& handler);
  void remove(int fd);

  /// Calls the handlers of what is ready, after having waited for it until `deadline` at the most;
  /// a deadline that has passed, as TimePoint::min() has, does not wait.
  void dispatch(TimePoint deadline, TimePoint now);

 private:
  void control(int operation, int fd, std::uint32_t events, PollHandler* handler) const;
  int waitFor(Nanoseconds longest);

  static constexpr int kBatch = 256;
  UniqueFd epoll_;
  std::array<epoll_event, kBatch> events_{};
};

}  // namespace iotcpd::loadgen
