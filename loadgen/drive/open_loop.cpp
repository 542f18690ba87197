#include "loadgen/drive/open_loop.h"

#include <algorithm>
#include <utility>

namespace iotcpd::loadgen {
namespace {

/// Requests that the scout passes in one turn of the loop: some ten microseconds of work, for
/// replies must not wait for it. It may have millions to pass.
constexpr int kScoutStride = 100;

}  // namespace

OpenLoop::OpenLoop(Wire& wire, std::unique_ptr<Plan> plan, std::unique_ptr<Plan> scout,
                   ConnectionPool& pool)
    : wire_(wire),
      plan_(std::move(plan)),
      pool_(pool),
      scout_{.plan = std::move(scout), .next = {}} {}

void OpenLoop::begin(TimePoint start) {
  start_ = start;
  lastDue_ = start;
  freeSince_ = start;
  fetch();
}

void OpenLoop::fetch() {
  isThereMore_ = plan_->next(request_);
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
  ++wire_.taken;
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
  // A scout that is under way wants every turn that there is.
  const bool hasWork = !pool_.isEmpty() || scout_.isUnderWay;
  return isThereMore_ && hasWork ? due_ : TimePoint::max();
}

bool OpenLoop::hasEnded(TimePoint /*now*/) const { return !isThereMore_; }

bool OpenLoop::isScheduleOver(TimePoint now) {
  if (!isThereMore_) return true;
  if (due_ > now || !pool_.isEmpty()) return false;
  goAhead(now);
  return !scout_.isThereMore;
}

void OpenLoop::goAhead(TimePoint now) {
  const auto isBehind = [&] { return scout_.isThereMore && start_ + scout_.next.due <= now; };
  for (int passed = 0; passed < kScoutStride && isBehind(); ++passed) {
    scout_.isThereMore = scout_.plan->next(scout_.next);
  }
  scout_.isUnderWay = isBehind();
}

void OpenLoop::endAt(TimePoint end) {
  end_ = end;
  if (due_ >= end_) isThereMore_ = false;
}

void OpenLoop::censorBacklog(TimePoint now) {
  for (; isThereMore_ && due_ <= now; fetch()) {
    ++wire_.taken;
    lastDue_ = due_;
    const SentRequest unsent{
        .due = due_, .sent = due_, .behaviour = request_.behaviour, .isSent = false};
    wire_.recorder.onOutcome(unsent, Outcome::kCensored, now);
  }
}

}  // namespace iotcpd::loadgen
