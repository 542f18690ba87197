// Supervisor: daemons that leave their slots, and what becomes of their requests. The daemons at
// work are in supervisor.cpp.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "redirector/edge/supervisor.h"

namespace iotcpd::redirector {
namespace {

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

void Supervisor::condemn(DaemonProcess& daemon, CondemnCause cause, TimePoint now) {
  const bool serving = daemon.phase() == Phase::kServing;
  const bool inSlot = daemon.phase() != Phase::kFinishing;
  recordCondemned(daemon, cause);
  // While its stdin is open: what it has not taken is forgotten with it.
  const std::vector<Query*> unread = takeUnread(daemon);
  if (inSlot) vacate(daemon, delayAfterDeath(daemon, now), now);
  daemon.stop(now);
  if (daemon.concurrent()) {
    loseRead(daemon, now);
    yield(unread, now);
  } else if (serving) {
    loseRequest(daemon, causeOf(cause), now);
  }
}

/// One that is finishing is in a counter already, but what it loses has a cause that is to be
/// known.
void Supervisor::recordCondemned(DaemonProcess& daemon, CondemnCause cause) {
  if (!std::exchange(daemon.accounted, true)) with_.counters.condemned(cause);
  with_.log.warning(fmt::format("daemon[{}] pid {} condemned: {}", daemon.worker(), daemon.pid(),
                                condemnCauseName(cause)));
}

/// Its slot is vacated at once; whether it has ended, or lives on with a pipe closed, shows later.
/// So does whether a request that it has not read may be given to another, unless it cannot read
/// any more.
void Supervisor::lose(DaemonProcess& daemon, CondemnCause ifAlive, TimePoint now) {
  if (daemon.phase() == Phase::kGone || daemon.phase() == Phase::kStopping) return;
  if (daemon.concurrent()) {
    loseConcurrent(daemon, ifAlive, now);
    return;
  }
  const bool serving = daemon.phase() == Phase::kServing;
  const bool unread = serving && daemon.channel().requestUnread();
  daemon.requestOpen = unread && ifAlive != CondemnCause::kBrokenStdin;
  daemon.ifAlive = ifAlive;
  daemon.channel().mute();
  vacate(daemon, delayAfterDeath(daemon, now), now);
  const TimePoint verdict = now + kExitGrace;
  daemon.enter(Phase::kGone, daemon.requestOpen ? std::min(verdict, daemon.replyDueAt) : verdict);
  if (!serving || daemon.requestOpen) return;
  if (unread) {
    yieldRequest(daemon, now);
  } else {
    loseRequest(daemon, Cause::kDaemonDeath, now);
  }
}

void Supervisor::loseRequest(DaemonProcess& daemon, Cause cause, TimePoint now) {
  if (Query* const query = daemon.takeQuery()) listener_.onRequestLost(*query, cause, now);
}

void Supervisor::yieldRequest(DaemonProcess& daemon, TimePoint now) {
  if (Query* const query = daemon.takeQuery()) listener_.onRequestUnread(*query, now);
}

void Supervisor::closeRequest(DaemonProcess& daemon, bool ended, TimePoint now) {
  if (!std::exchange(daemon.requestOpen, false)) return;
  if (ended && daemon.channel().requestUnread()) {
    yieldRequest(daemon, now);
  } else {
    loseRequest(daemon, Cause::kDaemonDeath, now);
  }
}

void Supervisor::retire(DaemonProcess& daemon, TimePoint now) {
  if (daemon.concurrent() && !daemon.requests().idle() && !stopping_) {
    accountRetired(daemon);
    finish(daemon, now);
    return;
  }
  // Having served, it starts the slot's back-off afresh.
  vacate(daemon, daemon.served > 0 ? delayAfterDeath(daemon, now) : Nanoseconds::zero(), now);
  stopFaultless(daemon, now);
}

/// One that has ended by itself before that is a death.
void Supervisor::stopFaultless(DaemonProcess& daemon, TimePoint now) {
  accountRetired(daemon);
  daemon.stop(now);
}

void Supervisor::accountRetired(DaemonProcess& daemon) {
  if (!daemon.ended && !std::exchange(daemon.accounted, true)) with_.counters.daemonRetired();
}

}  // namespace iotcpd::redirector
