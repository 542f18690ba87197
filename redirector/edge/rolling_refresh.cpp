#include "redirector/edge/rolling_refresh.h"

#include <utility>

namespace iotcpd::redirector {

RollingRefresh::RollingRefresh(Host& host, Timers& timers, const DaemonProof& proof)
    : host_(host),
      timers_(timers),
      proof_(proof),
      next_([this](TimePoint now) { startSuccessor(now); }) {}

void RollingRefresh::request(Nanoseconds retryDelay, TimePoint now) {
  retryDelay_ = retryDelay;
  if (plan_.request(host_.slotCount())) timers_.schedule(next_, now);
}

void RollingRefresh::cancel(TimePoint now) {
  next_.cancel();
  plan_.cancel();
  if (DaemonProcess* successor = std::exchange(successor_, nullptr)) {
    host_.dismiss(*successor, now);
  }
}

void RollingRefresh::onEvent(ChannelEvent event, std::string_view line, TimePoint now) {
  if (successor_->phase() == DaemonProcess::Phase::kStandby) {
    fail(now);
  } else {
    judge(proof_.onEvent(*successor_, event, line, now), now);
  }
}

void RollingRefresh::onDeadline(TimePoint now) { judge(proof_.onDeadline(*successor_), now); }

void RollingRefresh::onExited(TimePoint now) {
  successor_ = nullptr;
  advance(plan_.failed(), retryDelay_, now);
}

bool RollingRefresh::onSlotFree(SlotId slot, TimePoint now) {
  if (successor_ == nullptr || successor_->slot() != slot ||
      successor_->phase() != DaemonProcess::Phase::kStandby) {
    return false;
  }
  takeOverNow(now);
  return true;
}

void RollingRefresh::startSuccessor(TimePoint now) {
  if (*plan_.current() >= host_.slotCount()) {  // The pool has shrunk meanwhile.
    advance(plan_.succeeded(host_.slotCount()), Nanoseconds::zero(), now);
    return;
  }
  successor_ = host_.launchSuccessor(*plan_.current(), now);
  if (successor_ == nullptr) {
    advance(plan_.failed(), retryDelay_, now);
  } else {
    judge(proof_.begin(*successor_, DaemonProof::Kind::kSuccessor, now), now);
  }
}

void RollingRefresh::judge(DaemonProof::Verdict verdict, TimePoint now) {
  if (verdict == DaemonProof::Verdict::kPending) return;
  if (verdict == DaemonProof::Verdict::kFailed || successor_->slot() >= host_.slotCount()) {
    fail(now);
  } else if (host_.slotBusy(successor_->slot())) {
    successor_->enter(DaemonProcess::Phase::kStandby);
  } else {
    takeOverNow(now);
  }
}

void RollingRefresh::takeOverNow(TimePoint now) {
  host_.takeOver(*std::exchange(successor_, nullptr), now);
  advance(plan_.succeeded(host_.slotCount()), Nanoseconds::zero(), now);
}

void RollingRefresh::fail(TimePoint now) {
  host_.dismiss(*std::exchange(successor_, nullptr), now);
  advance(plan_.failed(), retryDelay_, now);
}

void RollingRefresh::advance(RefreshPlan::Progress progress, Nanoseconds delay, TimePoint now) {
  if (progress != RefreshPlan::Progress::kNextSlot) host_.onRefreshEnded(plan_.aborted(), now);
  if (plan_.current()) timers_.schedule(next_, now + delay);
}

}  // namespace iotcpd::redirector
