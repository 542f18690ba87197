#include "loadgen/drive/run_loop.h"

#include <sys/prctl.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"

namespace iotcpd::loadgen {
namespace {

/// Connections that are being opened at once before the run: fewer than a listener's backlog.
constexpr std::size_t kOpenedAtOnce = 64;
/// The loop turns at least so often, so that a turn that comes late shows that it stood still.
constexpr Nanoseconds kHeartbeat = std::chrono::milliseconds(10);
/// What a turn may take besides: a batch of replies, a sleep that ends late.
constexpr Nanoseconds kTurnAllowance = std::chrono::milliseconds(5);

}  // namespace

RunLoop::RunLoop(Wire& wire, Pacer& pacer, std::deque<Connection>& connections, RunLimits limits)
    : wire_(wire),
      pacer_(pacer),
      connections_(connections),
      limits_(std::move(limits)),
      interval_([this](TimePoint now) { onInterval(now); }) {}

void RunLoop::openFirst() {
  const std::size_t wanted = wire_.keepAlive ? connections_.size() : 1;
  for (std::size_t first = 0; first < wanted && !isInterrupted_; first += kOpenedAtOnce) {
    awaitOpening(first, std::min(first + kOpenedAtOnce, wanted));
    if (isInterrupted_) return;
    wire_.daemons == nullptr ? requireOneOpen() : requireAllStarted();
  }
}

void RunLoop::requireOneOpen() const {
  const auto isUp = [](const Connection& connection) { return connection.isOpen(); };
  if (std::any_of(connections_.begin(), connections_.end(), isUp)) return;
  const int error = connections_.front().connectError();
  throw TargetError(
      fmt::format("no connection to {}: {}", printable(wire_.target.text),
                  error == 0 ? fmt::format("no answer within {}", formatDuration(wire_.timeout))
                             : std::generic_category().message(error)));
}

/// Fewer daemons than were asked for would be another measurement.
void RunLoop::requireAllStarted() const {
  for (const Connection& connection : connections_) {
    if (connection.connectError() == 0) continue;
    throw TargetError(fmt::format("{} cannot be started: {}", wire_.target.text,
                                  std::generic_category().message(connection.connectError())));
  }
}

void RunLoop::awaitOpening(std::size_t first, std::size_t last) {
  const TimePoint deadline = steadyNow() + wire_.timeout;
  for (std::size_t i = first; i < last; ++i) {
    // What fails at once is asked for the reason later.
    static_cast<void>(connections_[i].open(steadyNow()));
  }
  const auto isUnderWay = [this](std::size_t from, std::size_t to) {
    return std::any_of(connections_.begin() + static_cast<std::ptrdiff_t>(from),
                       connections_.begin() + static_cast<std::ptrdiff_t>(to),
                       [](const Connection& connection) { return connection.isConnecting(); });
  };
  for (TimePoint now = steadyNow(); now < deadline && !isInterrupted_; now = steadyNow()) {
    if (!isUnderWay(first, last)) return;
    wire_.timers.runDue(now);
    wire_.poller.dispatch(std::min(wire_.timers.earliest().value_or(deadline), deadline), now);
  }
}

RunEnd RunLoop::run() {
  // Sleeping threads are woken up to 50 us late otherwise, to save wake-ups.
  ::prctl(PR_SET_TIMERSLACK, 1);
  RunEnd end{.start = steadyNow(), .cutShort = {}};
  wire_.start = end.start;
  wire_.listener = &pacer_;
  wire_.recorder.begin(end.start);
  nextInterval_ = end.start + limits_.interval;
  wire_.timers.schedule(interval_, nextInterval_);
  if (limits_.duration) pacer_.endAt(end.start + *limits_.duration);
  pacer_.begin(end.start);
  TimePoint now = end.start;
  lastTurn_ = now;
  for (; !isOver(now); now = steadyNow()) turn(now);

  lookForStall(now);
  end.stalled = stalled_;
  end.longestStall = longestStall_;
  end.wasInterrupted = isInterrupted_;
  end.cutShort = cutShort_;
  wire_.listener = nullptr;
  interval_.cancel();
  // What has timed out by now is a timeout, however late this loop comes to see it.
  wire_.timers.runDue(now);
  for (Connection& connection : connections_) connection.censor(now);
  pacer_.censorBacklog(now);
  const bool ranToTheEnd = limits_.duration && drainUntil_ &&
                           *drainUntil_ - limits_.drain >= end.start + *limits_.duration;
  end.lastDue = ranToTheEnd ? end.start + *limits_.duration : pacer_.lastDue();
  return end;
}

/// While the generator stands still (stopped, starved, swapped out), replies wait in the kernel and
/// look like a slow service.
void RunLoop::lookForStall(TimePoint now) {
  const Nanoseconds late = now - lastTurn_ - kHeartbeat;
  lastTurn_ = now;
  if (late <= kTurnAllowance) return;
  stalled_ += late;
  longestStall_ = std::max(longestStall_, late);
}

void RunLoop::turn(TimePoint now) {
  lookForStall(now);
  wire_.timers.runDue(now);
  pacer_.pump(now);
  const TimePoint due = pacer_.nextDue();
  const TimePoint timer = wire_.timers.earliest().value_or(TimePoint::max());
  // The last stretch before a due time is polled away: a sleep would end too late.
  const bool isNearlyDue = due <= now + limits_.spin;
  const TimePoint wake =
      isNearlyDue ? now : std::min({timer, due - limits_.spin, nextEnd(), now + kHeartbeat});
  wire_.poller.dispatch(wake, now);
}

/// When isOver() will have something new to say by time alone.
TimePoint RunLoop::nextEnd() const {
  if (drainUntil_) return *drainUntil_;
  return limits_.duration ? wire_.start + *limits_.duration : TimePoint::max();
}

void RunLoop::onInterval(TimePoint now) {
  wire_.recorder.advance(now);
  while (nextInterval_ <= now) nextInterval_ += limits_.interval;
  wire_.timers.schedule(interval_, nextInterval_);
  if (!limits_.until) return;
  isEnough_ = isEnough_ || limits_.until->isReached(wire_.recorder.latencySoFar(),
                                                    wire_.recorder.effectiveShareSoFar());
}

bool RunLoop::isOver(TimePoint now) {
  if (isInterrupted_) {
    if (!drainUntil_ && !pacer_.isScheduleOver(now)) cutShort_ = now;
    pacer_.endAt(now);
    return true;
  }
  if (!drainUntil_) {
    const bool scheduleIsOver = isEnough_ || pacer_.isScheduleOver(now) ||
                                (limits_.duration && now >= wire_.start + *limits_.duration);
    if (!scheduleIsOver) return false;
    if (isEnough_) {
      pacer_.endAt(now);
      cutShort_ = now;
    }
    drainUntil_ = now + limits_.drain;
  }
  return (pacer_.hasEnded(now) && wire_.outstanding == 0) || now >= *drainUntil_;
}

}  // namespace iotcpd::loadgen
