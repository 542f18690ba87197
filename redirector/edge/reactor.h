#pragma once

#include <functional>

#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/SocketReactor.h>

#include "common/net/fd_socket.h"
#include "common/time/clock.h"
#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// The loop: Poco's reactor, which watches one descriptor, the poller's. Once that is readable it
/// gets a turn of many passes, in which it waits for events itself: whatever the service waits for
/// is in there, and with the reactor between, each wake-up would cost a second epoll_wait and a
/// second wait queue. Nothing else can be registered here, since it would not be heard meanwhile.
class Reactor final : private Poco::Net::SocketReactor {
 public:
  /// Both run in every pass. `beforePass` before it waits for events: the place to free what the
  /// handlers of the pass before have finished with. `afterPass` when all have been handled.
  Reactor(Poller& poller, const Clock& clock, std::function<void()> beforePass,
          std::function<void()> afterPass);
  ~Reactor() override;
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Returns once stop() has been called. What a handler throws goes to Poco's ErrorHandler.
  using Poco::Net::SocketReactor::run;
  /// From a handler: ends with the pass in which it is called.
  void stop();

 private:
  using Readable = Poco::Net::ReadableNotification;

  static constexpr int kPassesPerTurn = 256;

  void takeTurn(const Poco::AutoPtr<Readable>& notification);
  void onTimeout() override {}  // Poco's own visits every handler after a pass without events.
  void onIdle() override {}

  Poller& poller_;
  const Clock& clock_;
  std::function<void()> beforePass_;
  std::function<void()> afterPass_;
  FdSocket socket_;
  bool stopped_ = false;
};

}  // namespace iotcpd::redirector
