#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <Poco/Logger.h>

#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"
#include "redirector/edge/poller.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/watch.h"

namespace iotcpd::redirector {

/// Accepts connections from all listeners. Pauses, with the connections left in the kernel's
/// backlog, while the service is full or the kernel has no descriptors; goes on when there is room
/// again.
class Acceptor {
 public:
  struct Callbacks {
    /// Whether one more connection may be taken in.
    std::function<bool()> hasRoom;
    std::function<void(UniqueFd fd, const sockaddr* source, TimePoint now)> onConnection;
  };

  /// `listeners`: listening, non-blocking sockets; owned by the caller, who keeps them open until
  /// finish() or the end of this object.
  Acceptor(Poller& poller, Timers& timers, const Clock& clock, Poco::Logger& log,
           const std::vector<int>& listeners, Callbacks callbacks);

  /// A connection has ended: goes on accepting if it paused.
  void onRoom();
  /// Takes in what the kernel has already completed, room or not, and listens no more.
  void finish(TimePoint now);

 private:
  static constexpr int kBatch = 64;  ///< connections per listener and pass
  /// At the end, of each listener: the largest --backlog. Clients may come back as fast as they are
  /// sent away.
  static constexpr int kMostAtEnd = 65535;

  enum class Progress { kDrained, kMore, kFull };

  struct Listener {
    int fd;
    std::unique_ptr<Watch> watch;
    /// The pass in which it was left without having asked for another connection.
    std::uint64_t leftInPass;
  };

  void onReady(std::size_t index);
  void acceptBatch(int listener, int most);
  [[nodiscard]] Progress acceptOne(int listener, TimePoint now);
  void pause(const std::string& why, TimePoint now);
  void resume();

  Poller& poller_;
  Timers& timers_;
  const Clock& clock_;
  Poco::Logger& log_;
  Callbacks callbacks_;
  std::vector<Listener> listeners_;
  bool paused_ = false;
  bool pauseLogged_ = false;
  TimePoint quietUntil_{};  ///< no further line about pausing before
  Timer retry_;
};

}  // namespace iotcpd::redirector
