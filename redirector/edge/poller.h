#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/os/unique_fd.h"
#include "common/time/clock.h"

namespace iotcpd::redirector {

/// An epoll descriptor of our own for all that the service waits for, which the reactor watches as
/// a whole. Poco 1.11 drops an EPOLLHUP that comes without EPOLLIN (a pipe whose writer is gone),
/// and an event here costs less than half the instructions of one there. Level-triggered.
class Poller {
 public:
  /// Told when its descriptor is ready; EPOLLHUP and EPOLLERR come unasked. May add and remove any
  /// descriptor, its own included.
  class Handler {
   public:
    virtual void onEvents(std::uint32_t events, TimePoint now) = 0;

   protected:
    ~Handler() = default;
  };

  /// Throws std::system_error when the kernel gives no descriptor.
  Poller();

  /// `events`: EPOLLIN, EPOLLOUT, or 0 for what comes unasked, and perhaps EPOLLONESHOT. False,
  /// with errno set, when the kernel refuses.
  [[nodiscard]] bool add(int fd, std::uint32_t events, Handler& handler);
  /// Other events for a descriptor that was added.
  void change(int fd, std::uint32_t events, Handler& handler);
  /// Call before the descriptor is closed and before the handler is destroyed, unless it was for
  /// EPOLLONESHOT and has been told of. No event of the batch being dispatched reaches the handler
  /// for it any more.
  void remove(int fd, const Handler& handler);

  /// Readable when any descriptor here is ready.
  [[nodiscard]] int fd() const { return epoll_.get(); }
  /// More may be ready than this pass has been told of.
  [[nodiscard]] bool full() const { return end_ == kBatch; }
  /// How often it has looked for what is ready.
  [[nodiscard]] std::uint64_t passes() const { return passes_; }
  /// Dispatches one batch of what is ready, without waiting; for tests, with a time of their own.
  void dispatch(TimePoint now);
  /// Waits until something is ready and dispatches one batch of it, with the time of the clock
  /// then.
  void waitAndDispatch(const Clock& clock);

 private:
  static constexpr std::size_t kBatch = 256;

  /// False when nothing was ready.
  [[nodiscard]] bool fill(int timeoutMs);
  void deliver(TimePoint now);

  UniqueFd epoll_;
  std::uint64_t passes_ = 0;
  std::array<epoll_event, kBatch> batch_{};
  std::size_t next_ = 0;  ///< first event of the batch not yet dispatched
  std::size_t end_ = 0;
};

}  // namespace iotcpd::redirector
