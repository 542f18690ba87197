#pragma once

#include <functional>

#include <Poco/Net/SocketReactor.h>

namespace iotcpd::redirector {

/// Poco's reactor on the main thread, without its habit of visiting every handler after a pass that
/// found nothing readable. All deadlines live in Timers, so its own timeout is of no consequence.
class Reactor final : public Poco::Net::SocketReactor {
 public:
  /// `beforePass` runs at the start of every pass, before any handler: the place to free what the
  /// handlers of the pass before have finished with.
  explicit Reactor(std::function<void()> beforePass);

 protected:
  void onTimeout() override {}
  void onIdle() override {}
  void onBusy() override { beforePass_(); }

 private:
  std::function<void()> beforePass_;
};

}  // namespace iotcpd::redirector
