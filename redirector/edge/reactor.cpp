#include "redirector/edge/reactor.h"

#include <utility>

#include <Poco/NObserver.h>
#include <Poco/Timespan.h>

namespace iotcpd::redirector {
namespace {

/// All deadlines are in Timers; Poco's own is of no consequence.
const Poco::Timespan kTimeout(60, 0);

}  // namespace

Reactor::Reactor(Poller& poller, const Clock& clock, std::function<void()> beforePass,
                 std::function<void()> afterPass)
    : Poco::Net::SocketReactor(kTimeout),
      poller_(poller),
      clock_(clock),
      beforePass_(std::move(beforePass)),
      afterPass_(std::move(afterPass)),
      socket_(poller.fd()) {
  addEventHandler(socket_, Poco::NObserver<Reactor, Readable>(*this, &Reactor::takeTurn));
}

Reactor::~Reactor() {
  removeEventHandler(socket_, Poco::NObserver<Reactor, Readable>(*this, &Reactor::takeTurn));
}

void Reactor::stop() {
  stopped_ = true;
  Poco::Net::SocketReactor::stop();
}

void Reactor::takeTurn(const Poco::AutoPtr<Readable>& /*notification*/) {
  for (int passes = 0; passes < kPassesPerTurn && !stopped_; ++passes) {
    beforePass_();
    poller_.waitAndDispatch(clock_);
    afterPass_();
  }
}

}  // namespace iotcpd::redirector
