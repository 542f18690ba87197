#include "loadgen/drive/open_loop.h"

#include <algorithm>

namespace iotcpd::loadgen {

OpenLoop::OpenLoop(Wire& wire, Plan& plan, ConnectionPool& pool)
    : wire_(wire), plan_(plan), pool_(pool) {}

void OpenLoop::begin(TimePoint start) {
  start_ = start;
  lastDue_ = start;
  freeSince_ = start;
  fetch();
}

void OpenLoop::fetch() {
  isThereMore_ = plan_.next(request_);
  due_ = start_ + request_.due;
  if (due_ >= end_) isThereMore_ = false;
}

void OpenLoop::pump(TimePoint now) {
  while (isThereMore_ && due_ <= now) {
    Connection* connection = pool_.take();
    if (connection == nullptr) return;
    send(*connection);
  }
}

void OpenLoop::send(Connection& connection) {
  const TimePoint now = steadyNow();
  connection.add(request_, due_, now - std::max(due_, freeSince_), now);
  lastDue_ = due_;
  fetch();
  connection.flush(now);
  pool_.put(connection);
}

void OpenLoop::onRoom(Connection& connection, TimePoint now) {
  if (pool_.isEmpty()) freeSince_ = now;
  pool_.put(connection);
}

TimePoint OpenLoop::nextDue() const {
  return isThereMore_ && !pool_.isEmpty() ? due_ : TimePoint::max();
}

bool OpenLoop::hasEnded(TimePoint /*now*/) const { return !isThereMore_; }

void OpenLoop::endAt(TimePoint end) {
  end_ = end;
  if (due_ >= end_) isThereMore_ = false;
}

void OpenLoop::censorBacklog(TimePoint now) {
  for (; isThereMore_ && due_ <= now; fetch()) {
    lastDue_ = due_;
    const SentRequest unsent{
        .due = due_, .sent = due_, .behaviour = request_.behaviour, .isSent = false};
    wire_.recorder.onOutcome(unsent, Outcome::kCensored, now);
  }
}

}  // namespace iotcpd::loadgen
