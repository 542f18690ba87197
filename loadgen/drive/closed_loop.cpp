#include "loadgen/drive/closed_loop.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace iotcpd::loadgen {
namespace {

/// A client that could not connect does not try again at once: a server that is not there would
/// have us spin.
constexpr Nanoseconds kRefusedPause = std::chrono::milliseconds(10);

}  // namespace

ClosedLoop::ClosedLoop(Wire& wire, std::unique_ptr<Plan> plan, std::deque<Connection>& connections,
                       const Settings& settings)
    : wire_(wire),
      plan_(std::move(plan)),
      connections_(connections),
      think_(settings.think),
      stream_(settings.seed, "think") {}

void ClosedLoop::begin(TimePoint start) {
  lastDue_ = start;
  for (Connection& connection : connections_) sendAll(connection, start);
}

void ClosedLoop::onRoom(Connection& connection, TimePoint now) {
  const bool wasTurnedAway = !connection.isOpen() && connection.connectError() != 0;
  if (wasTurnedAway || !think_.isZero()) {
    letThink(connection, now, wasTurnedAway ? kRefusedPause : Nanoseconds::zero());
  } else if (isSending_) {
    again_.push_back(&connection);
  } else {
    sendAll(connection, now);
  }
}

/// One thinker for each place that is free and not yet somebody's.
void ClosedLoop::letThink(Connection& connection, TimePoint now, Nanoseconds least) {
  while (connection.outstanding() + connection.promised < connection.depth()) {
    thinkers_.push_back({now + std::max(least, think_.sample(stream_)), &connection});
    std::push_heap(thinkers_.begin(), thinkers_.end());
    ++connection.promised;
  }
}

bool ClosedLoop::add(Connection& connection, std::size_t most, TimePoint due, TimePoint now) {
  if (!isThereMore_ || due >= end_) return false;
  const std::size_t count = plan_->nextAlike(request_, most);
  assert(count <= most);
  isThereMore_ = count > 0;
  if (!isThereMore_) return false;
  wire_.taken += count;
  connection.add(request_, due, now - due, now);
  if (count > 1) connection.repeatLast(request_.line, count - 1);
  lastDue_ = due;
  return true;
}

void ClosedLoop::sendAll(Connection& connection, TimePoint now) {
  bool isAnythingNew = false;
  while (connection.hasRoom() && add(connection, connection.room(), now, now)) isAnythingNew = true;
  if (isAnythingNew) flush(connection, now);
}

void ClosedLoop::flush(Connection& connection, TimePoint now) {
  isSending_ = true;
  connection.flush(now);
  isSending_ = false;
}

void ClosedLoop::pump(TimePoint now) {
  // One round: what has room again by its own doing waits for the next pass.
  round_.swap(again_);
  for (Connection* connection : round_) sendAll(*connection, now);
  round_.clear();
  while (!thinkers_.empty() && thinkers_.front().due <= now) {
    const Thinker thinker = thinkers_.front();
    std::pop_heap(thinkers_.begin(), thinkers_.end());
    thinkers_.pop_back();
    --thinker.connection->promised;
    const TimePoint sendTime = steadyNow();
    if (thinker.connection->hasRoom() && add(*thinker.connection, 1, thinker.due, sendTime)) {
      flush(*thinker.connection, sendTime);
    }
  }
}

TimePoint ClosedLoop::nextDue() const {
  if (!again_.empty()) return TimePoint::min();
  return thinkers_.empty() || !isThereMore_ ? TimePoint::max() : thinkers_.front().due;
}

}  // namespace iotcpd::loadgen
