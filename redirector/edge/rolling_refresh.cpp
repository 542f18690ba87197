#include "redirector/edge/rolling_refresh.h"

#include <utility>

#include "redirector/edge/daemon_recipe.h"

namespace iotcpd::redirector {

RollingRefresh::RollingRefresh(Host& host, Timers& timers)
    : host_(host), timers_(timers), next_([this](TimePoint now) { startSuccessor(now); }) {}

void RollingRefresh::begin(Nanoseconds retryDelay, TimePoint now) {
  retryDelay_ = retryDelay;
  plan_.begin();
  timers_.schedule(next_, now);
}

void RollingRefresh::cancel(TimePoint now) {
  next_.cancel();
  plan_.cancel();
  if (DaemonProcess* successor = std::exchange(successor_, nullptr)) {
    host_.dismiss(*successor, now);
  }
}

void RollingRefresh::onEvent(ChannelEvent event, std::string_view line, TimePoint now) {
  if (event == ChannelEvent::kClosed) {
    fail(Flaw::kEnded, now);
  } else if (event == ChannelEvent::kBrokenStdin) {
    successor_->ifAlive = CondemnCause::kBrokenStdin;
    fail(Flaw::kEnded, now);
  } else if (successor_->phase() == DaemonProcess::Phase::kStandby) {
    fail(Flaw::kSpoke, now);
  } else {
    const DaemonProof& proof = successor_->recipe().proof;
    judge(proof.onEvent(*successor_, event, line, now), proof.asks() ? Flaw::kAnswer : Flaw::kSpoke,
          now);
  }
}

/// A deadline may come up in the same pass as what it waits for: look before judging.
void RollingRefresh::onDeadline(TimePoint now) {
  DaemonProcess& daemon = *successor_;
  const bool answered = daemon.answeredProbe;
  daemon.channel().listen(now);
  if (owns(daemon) && daemon.phase() == DaemonProcess::Phase::kProving &&
      daemon.answeredProbe == answered) {
    judge(daemon.recipe().proof.onDeadline(daemon), Flaw::kAnswer, now);
  }
}

void RollingRefresh::onExited(TimePoint now) {
  successor_ = nullptr;
  advance(plan_.failed(), retryDelay_, now);
}

bool RollingRefresh::onSlotFree(SlotId slot, TimePoint now) {
  if (successor_ == nullptr || successor_->slot() != slot || slot >= host_.slotCount() ||
      successor_->phase() != DaemonProcess::Phase::kStandby) {
    return false;
  }
  takeOverNow(now);
  return true;
}

void RollingRefresh::onShrunk(TimePoint now) {
  if (successor_ == nullptr || successor_->slot() < host_.slotCount()) return;
  host_.dismiss(*std::exchange(successor_, nullptr), now);
  advance(plan_.succeeded(host_.slotCount()), Nanoseconds::zero(), now);
}

void RollingRefresh::startSuccessor(TimePoint now) {
  if (*plan_.current() >= host_.slotCount()) {  // The pool has shrunk meanwhile.
    advance(plan_.succeeded(host_.slotCount()), Nanoseconds::zero(), now);
    return;
  }
  successor_ = host_.launchSuccessor(*plan_.current(), now);
  if (successor_ == nullptr) {
    advance(plan_.failed(), retryDelay_, now);
    return;
  }
  judge(successor_->recipe().proof.begin(*successor_, DaemonProof::Kind::kSuccessor), Flaw::kEnded,
        now);
}

void RollingRefresh::judge(DaemonProof::Verdict verdict, Flaw flaw, TimePoint now) {
  if (verdict == DaemonProof::Verdict::kPending) return;
  if (verdict == DaemonProof::Verdict::kFailed) {
    fail(flaw, now);
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

void RollingRefresh::fail(Flaw flaw, TimePoint now) {
  host_.reject(*std::exchange(successor_, nullptr), flaw, now);
  advance(plan_.failed(), retryDelay_, now);
}

void RollingRefresh::advance(RefreshPlan::Progress progress, Nanoseconds delay, TimePoint now) {
  if (progress == RefreshPlan::Progress::kNextSlot) {
    timers_.schedule(next_, now + delay);
  } else {
    host_.onRefreshEnded(progress == RefreshPlan::Progress::kAborted ? Ending::kAborted
                                                                     : Ending::kDone);
  }
}

}  // namespace iotcpd::redirector
