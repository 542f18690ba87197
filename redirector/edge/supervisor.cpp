// Supervisor: the daemons at work. Their beginning is in supervisor_slots.cpp, how they leave their
// slots in supervisor_leaving.cpp, their end in supervisor_end.cpp.
#include "redirector/edge/supervisor.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace iotcpd::redirector {

Supervisor::Supervisor(const Environment& environment, const PoolSettings& settings,
                       PoolListener& listener)
    : with_(environment),
      listener_(listener),
      settings_(settings),
      proven_(std::make_shared<DaemonRecipe>(settings)),
      candidate_(proven_),
      wanted_(proven_),
      pool_(0),
      startTimer_([this](TimePoint now) { startSome(now); }),
      refresh_(*this, environment.timers) {}

bool Supervisor::handOut(Query& query, TimePoint now) {
  while (const std::optional<SlotId> slot = pool_.borrow()) {
    DaemonProcess& daemon = *slots_[*slot]->process;
    if (daemon.concurrent()) {
      gather(daemon, query);
      return true;
    }
    const DaemonChannel::Silence silence = daemon.channel().checkSilence();
    if (silence == DaemonChannel::Silence::kSpoke) {
      condemn(daemon, CondemnCause::kStrayOutput, now);
    } else if (silence == DaemonChannel::Silence::kClosed) {
      lose(daemon, CondemnCause::kClosedStdout, now);
    } else if (give(daemon, query)) {
      return true;
    } else {
      lose(daemon, CondemnCause::kBrokenStdin, now);
    }
  }
  return false;
}

/// By the clock, not by the time of the event, which may be long ago where others have the
/// processor: the daemon gets all of its time, and cannot have had the request before.
bool Supervisor::give(DaemonProcess& daemon, Query& query) {
  const TimePoint before = with_.clock.now();
  if (daemon.channel().send(query.request) == DaemonChannel::SendResult::kRefused) return false;
  daemon.query = &query;
  daemon.handedOutAt = before;
  with_.ledger.handedOut(query, daemon, before);
  daemon.replyDueAt = with_.clock.now() + settings_.busyTimeout;
  daemon.turn(Phase::kServing);
  daemon.awaitDue(daemon.replyDueAt);
  return true;
}

void Supervisor::onDaemonEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                               TimePoint now) {
  if (refresh_.owns(daemon)) {
    refresh_.onEvent(event, line, now);
    return;
  }
  if (event == ChannelEvent::kClosed) {
    lose(daemon, CondemnCause::kClosedStdout, now);
    return;
  }
  if (event == ChannelEvent::kBrokenStdin) {
    lose(daemon, CondemnCause::kBrokenStdin, now);
    return;
  }
  switch (daemon.phase()) {
    case Phase::kServing:
      if (daemon.concurrent()) {
        onConcurrentEvent(daemon, event, line, now);
      } else {
        onServiceEvent(daemon, event, line, now);
      }
      break;
    case Phase::kFinishing:
      onConcurrentEvent(daemon, event, line, now);
      break;
    case Phase::kProving:
      // A rest begins by the clock: the pass may have begun long before the answer was read.
      judge(daemon, daemon.recipe().proof.onEvent(daemon, event, line, with_.clock.now()), now);
      break;
    case Phase::kIdle:
    case Phase::kResting:
      condemn(daemon, CondemnCause::kStrayOutput, now);
      break;
    case Phase::kStandby:
    case Phase::kGone:
    case Phase::kStopping:
      break;
  }
}

void Supervisor::onServiceEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                                TimePoint now) {
  if (event == ChannelEvent::kOversize) {
    condemn(daemon, CondemnCause::kOversizeReply, now);
    return;
  }
  ++daemon.served;
  daemon.turn(Phase::kResting);
  if (Query* const query = daemon.takeQuery()) listener_.onReply(*query, line, now);
  if (event == ChannelEvent::kReplyAndMore) {
    condemn(daemon, CondemnCause::kStrayOutput, now);
  } else if (settings_.settle > Nanoseconds::zero()) {
    // By the clock: the pass may have begun long before the reply was read.
    daemon.enter(Phase::kResting, with_.clock.now() + settings_.settle);
  } else {
    handBack(daemon, now);
  }
}

void Supervisor::onDaemonDeadline(DaemonProcess& daemon, TimePoint now) {
  if (refresh_.owns(daemon)) {
    refresh_.onDeadline(now);
    return;
  }
  switch (daemon.phase()) {
    case Phase::kServing:
      if (daemon.concurrent()) {
        onConcurrentDeadline(daemon, now);
      } else {
        onServiceOver(daemon, now);
      }
      break;
    case Phase::kFinishing:
      onConcurrentDeadline(daemon, now);
      break;
    case Phase::kProving:
      onProofOver(daemon, now);
      break;
    case Phase::kResting:
      onRestOver(daemon, now);
      break;
    case Phase::kGone:
      recordCondemned(daemon, daemon.ifAlive);
      daemon.stop(now);
      closeRequest(daemon, false, now);
      break;
    case Phase::kStopping:
      daemon.stop(now);
      break;
    case Phase::kIdle:
    case Phase::kStandby:
      break;
  }
}

/// A deadline may come up in the same pass as what it waits for: look before judging.
void Supervisor::onServiceOver(DaemonProcess& daemon, TimePoint now) {
  if (now < daemon.replyDueAt) {  // The deadline of an earlier request, passed over.
    daemon.awaitDue(daemon.replyDueAt);
    return;
  }
  const std::uint64_t served = daemon.served;
  daemon.channel().listen(now);
  if (daemon.phase() == Phase::kServing && daemon.served == served) {
    condemn(daemon, CondemnCause::kTimeout, now);
  }
}

void Supervisor::onProofOver(DaemonProcess& daemon, TimePoint now) {
  const bool answered = daemon.answeredProbe;
  if (!answered) daemon.channel().listen(now);
  if (daemon.phase() == Phase::kProving && daemon.answeredProbe == answered) {
    judge(daemon, daemon.recipe().proof.onDeadline(daemon), now);
  }
}

void Supervisor::onRestOver(DaemonProcess& daemon, TimePoint now) {
  switch (daemon.channel().checkSilence()) {
    case DaemonChannel::Silence::kSpoke:
      condemn(daemon, CondemnCause::kStrayOutput, now);
      break;
    case DaemonChannel::Silence::kClosed:
      lose(daemon, CondemnCause::kClosedStdout, now);
      break;
    case DaemonChannel::Silence::kSilent:
      handBack(daemon, now);
      break;
  }
}

void Supervisor::onDaemonAged(DaemonProcess& daemon, TimePoint now) {
  daemon.due = true;
  if (daemon.phase() == Phase::kIdle) retire(daemon, now);
}

void Supervisor::onDaemonStderr(DaemonProcess& daemon, std::string_view line) {
  if (!with_.log.information()) return;
  with_.log.information(
      fmt::format("daemon[{}] pid {} stderr: {}", daemon.worker(), daemon.pid(), line));
}

void Supervisor::judge(DaemonProcess& daemon, DaemonProof::Verdict verdict, TimePoint now) {
  if (verdict == DaemonProof::Verdict::kFailed) {
    condemn(daemon, CondemnCause::kProbe, now);
  } else if (verdict == DaemonProof::Verdict::kProven) {
    pool_.prove(daemon.slot(), std::max<std::size_t>(daemon.requests().capacity(), 1));
    beginIdle(daemon, now);
  }
}

void Supervisor::beginIdle(DaemonProcess& daemon, TimePoint now) {
  daemon.enter(Phase::kIdle);
  if (settings_.recycleAge > Nanoseconds::zero()) {
    // Spread over a quarter, so that daemons started together do not end together.
    const double share = 0.75 + 0.25 * with_.random.uniform();
    const auto age = static_cast<double>(settings_.recycleAge.count()) * share;
    daemon.retireAt(daemon.startedAt() + Nanoseconds(static_cast<std::int64_t>(age)));
  }
  if (!std::exchange(announced_, true)) with_.onFirstAvailable();
  listener_.onDaemonAvailable(now);
}

bool Supervisor::wornOut(const DaemonProcess& daemon) const {
  const bool worn = settings_.recycleAfter > 0 && daemon.served >= settings_.recycleAfter;
  return daemon.due || worn || daemon.slot() >= wantedSlots_;
}

void Supervisor::handBack(DaemonProcess& daemon, TimePoint now) {
  if (wornOut(daemon)) {
    retire(daemon, now);
    return;
  }
  daemon.turn(Phase::kIdle);
  pool_.giveBack(daemon.slot());
  if (refresh_.onSlotFree(daemon.slot(), now)) return;
  listener_.onDaemonAvailable(now);
}

/// Of several, the longest outstanding request's. What is gathered it has not had yet.
TimePoint Supervisor::busySince(const DaemonProcess& daemon, TimePoint now) {
  if (!daemon.concurrent()) return daemon.handedOutAt;
  return daemon.requests().outstanding().longestSince().value_or(now);
}

std::vector<DaemonRegister> Supervisor::registers(TimePoint now) const {
  std::vector<DaemonRegister> registers;
  for (SlotId slot = 0; slot < pool_.size(); ++slot) {
    DaemonRegister entry;
    entry.state = pool_.state(slot);
    entry.incarnation = pool_.incarnation(slot);
    if (const DaemonProcess* daemon = slots_[slot]->process) {
      entry.pid = daemon->pid();
      entry.incarnation = daemon->incarnation();
      entry.served = daemon->served;
      if (daemon->phase() == Phase::kServing) {
        entry.busyMs =
            std::chrono::duration<double, std::milli>(now - busySince(*daemon, now)).count();
        entry.outstanding = daemon->concurrent() ? daemon->requests().outstanding().size() : 1;
      }
    }
    registers.push_back(entry);
  }
  return registers;
}

}  // namespace iotcpd::redirector
