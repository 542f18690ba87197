// Supervisor: the daemons at work. Starting and replacing them is in supervisor_slots.cpp.
#include "redirector/edge/supervisor.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace iotcpd::redirector {
namespace {

/// How long a daemon that closed a pipe may take to exit before it is taken for alive. Its slot has
/// a successor meanwhile, so that only the verdict waits.
constexpr Nanoseconds kExitGrace = std::chrono::milliseconds(500);

Cause causeOf(CondemnCause cause) {
  switch (cause) {
    case CondemnCause::kTimeout:
      return Cause::kBusyTimeout;
    case CondemnCause::kOversizeReply:
      return Cause::kOversizeReply;
    default:
      return Cause::kDaemonDeath;
  }
}

}  // namespace

Supervisor::Supervisor(const Environment& environment, const PoolSettings& settings,
                       PoolListener& listener)
    : with_(environment),
      listener_(listener),
      settings_(settings),
      provenWords_(settings.daemonWords),
      proof_(settings),
      pool_(0),
      startTimer_([this](TimePoint now) { startSome(now); }),
      refresh_(*this, environment.timers, proof_) {}

DaemonProcess* Supervisor::handOut(std::string_view request, TimePoint now) {
  while (const std::optional<SlotId> slot = pool_.borrow()) {
    DaemonProcess& daemon = *slots_[*slot]->process;
    const DaemonChannel::Silence silence = daemon.channel().checkSilence();
    if (silence == DaemonChannel::Silence::kSpoke) {
      condemn(daemon, CondemnCause::kStrayOutput, now);
    } else if (silence == DaemonChannel::Silence::kClosed) {
      lose(daemon, CondemnCause::kClosedStdout, now);
    } else if (daemon.channel().send(request) == DaemonChannel::SendResult::kRefused) {
      lose(daemon, CondemnCause::kBrokenStdin, now);
    } else {
      daemon.handedOutAt = now;
      daemon.enter(Phase::kServing, now + settings_.busyTimeout);
      return &daemon;
    }
  }
  return nullptr;
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
  switch (daemon.phase()) {
    case Phase::kServing:
      onServiceEvent(daemon, event, line, now);
      break;
    case Phase::kProving:
      judge(daemon, proof_.onEvent(daemon, event, line, now), now);
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
  if (event == ChannelEvent::kBrokenStdin) {
    lose(daemon, CondemnCause::kBrokenStdin, now);
    return;
  }
  ++daemon.served;
  daemon.enter(Phase::kResting);
  listener_.onReply(daemon, line, now);
  if (event == ChannelEvent::kReplyAndMore) {
    condemn(daemon, CondemnCause::kStrayOutput, now);
  } else if (settings_.settle > Nanoseconds::zero()) {
    daemon.enter(Phase::kResting, now + settings_.settle);
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
      condemn(daemon, CondemnCause::kTimeout, now);
      break;
    case Phase::kProving:
      judge(daemon, proof_.onDeadline(daemon), now);
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

void Supervisor::onRestOver(DaemonProcess& daemon, TimePoint now) {
  // The deadline may have come up in the same pass as the byte that breaks the rest.
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
      fmt::format("daemon[{}] pid {} stderr: {}", daemon.slot(), daemon.pid(), line));
}

void Supervisor::judge(DaemonProcess& daemon, DaemonProof::Verdict verdict, TimePoint now) {
  if (verdict == DaemonProof::Verdict::kFailed) {
    condemn(daemon, CondemnCause::kProbe, now);
  } else if (verdict == DaemonProof::Verdict::kProven) {
    pool_.prove(daemon.slot());
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

void Supervisor::handBack(DaemonProcess& daemon, TimePoint now) {
  const bool worn = settings_.recycleAfter > 0 && daemon.served >= settings_.recycleAfter;
  if (daemon.due || worn || daemon.slot() >= wantedSlots_) {
    retire(daemon, now);
    return;
  }
  daemon.enter(Phase::kIdle);
  pool_.giveBack(daemon.slot());
  if (refresh_.onSlotFree(daemon.slot(), now)) return;
  listener_.onDaemonAvailable(now);
}

void Supervisor::condemn(DaemonProcess& daemon, CondemnCause cause, TimePoint now) {
  const bool serving = daemon.phase() == Phase::kServing;
  recordCondemned(daemon, cause);
  vacate(daemon, delayAfterDeath(daemon, now), now);
  daemon.stop(now);
  if (serving) listener_.onRequestLost(daemon, causeOf(cause), now);
}

void Supervisor::recordCondemned(const DaemonProcess& daemon, CondemnCause cause) {
  with_.counters.condemned(cause);
  with_.log.warning(fmt::format("daemon[{}] pid {} condemned: {}", daemon.slot(), daemon.pid(),
                                condemnCauseName(cause)));
}

/// Its slot is vacated at once; whether it has ended, or lives on with a pipe closed, shows later.
/// So does whether a request that it has not read may be given to another.
void Supervisor::lose(DaemonProcess& daemon, CondemnCause ifAlive, TimePoint now) {
  if (daemon.phase() == Phase::kGone || daemon.phase() == Phase::kStopping) return;
  const bool serving = daemon.phase() == Phase::kServing;
  daemon.requestOpen = serving && daemon.channel().requestUnread();
  daemon.ifAlive = ifAlive;
  daemon.channel().mute();
  vacate(daemon, delayAfterDeath(daemon, now), now);
  const TimePoint verdict = now + kExitGrace;
  daemon.enter(Phase::kGone, daemon.requestOpen
                                 ? std::min(verdict, daemon.handedOutAt + settings_.busyTimeout)
                                 : verdict);
  if (serving && !daemon.requestOpen) {
    listener_.onRequestLost(daemon, Cause::kDaemonDeath, now);
  }
}

void Supervisor::closeRequest(DaemonProcess& daemon, bool ended, TimePoint now) {
  if (!std::exchange(daemon.requestOpen, false)) return;
  if (ended && daemon.channel().requestUnread()) {
    listener_.onRequestUnread(daemon, now);
  } else {
    listener_.onRequestLost(daemon, Cause::kDaemonDeath, now);
  }
}

void Supervisor::retire(DaemonProcess& daemon, TimePoint now) {
  vacate(daemon, Nanoseconds::zero(), now);
  daemon.stop(now);
}

void Supervisor::onChildExited(TimePoint now) {
  for (DaemonLauncher::Exit exit = with_.launcher.nextExited(); exit.pid > 0;
       exit = with_.launcher.nextExited()) {
    bury(exit, now);
  }
  if (stopping_ && processes_.empty() && onStopped_) std::exchange(onStopped_, nullptr)();
}

void Supervisor::bury(const DaemonLauncher::Exit& exit, TimePoint now) {
  const auto found = processes_.find(exit.pid);
  if (found == processes_.end()) {
    with_.launcher.reap(exit.pid);  // A child we were born with.
    return;
  }
  DaemonProcess& daemon = *found->second;
  const bool expected = daemon.phase() == Phase::kStopping;
  // Once reaped, the group's number may be somebody else's.
  with_.launcher.signalGroup(exit.pid, SIGKILL);
  daemon.due = true;
  daemon.channel().drain(now);
  daemon.standardError().finish(now);
  with_.launcher.reap(exit.pid);
  if (!expected) with_.counters.daemonDied();
  logExit(daemon, exit, expected);
  if (refresh_.owns(daemon)) {
    refresh_.onExited(now);
  } else {
    lose(daemon, CondemnCause::kClosedStdout, now);
    closeRequest(daemon, true, now);
  }
  processes_.erase(exit.pid);
}

void Supervisor::logExit(const DaemonProcess& daemon, const DaemonLauncher::Exit& exit,
                         bool expected) {
  const auto priority = expected ? Poco::Message::PRIO_DEBUG : Poco::Message::PRIO_WARNING;
  if (with_.log.getLevel() < priority) return;
  const std::string how = exit.killed ? fmt::format("killed by signal {}", exit.code)
                                      : fmt::format("exited with code {}", exit.code);
  const std::string text = fmt::format("daemon[{}] pid {} {} after {} requests", daemon.slot(),
                                       daemon.pid(), how, daemon.served);
  with_.log.log(Poco::Message(with_.log.name(), text, priority));
}

void Supervisor::stop(TimePoint now, std::function<void()> onStopped) {
  stopping_ = true;
  onStopped_ = std::move(onStopped);
  startTimer_.cancel();
  turns_.clear();
  refresh_.cancel(now);
  for (const auto& slot : slots_) {
    slot->turn.cancel();
    if (slot->process != nullptr) retire(*slot->process, now);
  }
  onChildExited(now);
}

void Supervisor::killAll() {
  for (const auto& [pid, daemon] : processes_) with_.launcher.signalGroup(pid, SIGKILL);
}

std::size_t Supervisor::stoppingCount() const {
  std::size_t count = 0;
  for (const auto& [pid, daemon] : processes_) {
    if (daemon->phase() == Phase::kStopping || daemon->phase() == Phase::kGone) ++count;
  }
  return count;
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
        entry.busyMs = std::chrono::duration<double, std::milli>(now - daemon->handedOutAt).count();
      }
    }
    registers.push_back(entry);
  }
  return registers;
}

}  // namespace iotcpd::redirector
