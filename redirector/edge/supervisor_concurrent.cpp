// Supervisor: daemons that are given several requests at a time (--concurrency). The daemons at
// work in general are in supervisor.cpp.
#include "redirector/edge/supervisor.h"

namespace iotcpd::redirector {

void Supervisor::gather(DaemonProcess& daemon, Query& query) {
  query.daemon = &daemon;
  daemon.requests().gather(query);
  daemon.turn(Phase::kServing);
  with_.writes.defer(daemon);
}

void Supervisor::onDaemonGathered(DaemonProcess& daemon) {
  const TimePoint now = with_.clock.now();
  // What it has said by now was not made from what follows.
  daemon.channel().drain(now);
  if (daemon.phase() != Phase::kServing) return;
  sendGathered(daemon, now);
  const std::size_t withdrawn = daemon.requests().takeWithdrawn();
  if (withdrawn == 0 || daemon.phase() != Phase::kServing) return;
  for (std::size_t i = 0; i < withdrawn; ++i) pool_.giveBack(daemon.slot());
  afterLoan(daemon, now);
}

/// By the clock, not by the time of the pass: see give().
void Supervisor::sendGathered(DaemonProcess& daemon, TimePoint now) {
  const TimePoint before = with_.clock.now();
  ConcurrentRequests& requests = daemon.requests();
  const std::string_view text = requests.compose();
  if (text.empty()) return;
  for (Query* const query : requests.composed()) with_.ledger.handedOut(*query, daemon, before);
  if (daemon.channel().send(text) == DaemonChannel::SendResult::kRefused) {
    const std::vector<Query*> unsent = requests.takeComposed();
    lose(daemon, CondemnCause::kBrokenStdin, now);
    yield(unsent, now);
    return;
  }
  requests.onSent(before, with_.clock.now() + settings_.busyTimeout);
  daemon.awaitDue(*requests.outstanding().earliestDue());
}

void Supervisor::onConcurrentEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                                   TimePoint now) {
  ConcurrentRequests& requests = daemon.requests();
  const std::size_t unwritten = daemon.channel().pendingBytes();
  if (requests.outstanding().size() == 0) {
    condemn(daemon, CondemnCause::kStrayOutput, now);
  } else if (event == ChannelEvent::kLineBegun) {
    requests.onLineBegun(unwritten);
  } else if (event == ChannelEvent::kOversize) {
    const auto answer = requests.take(line, unwritten);
    if (answer) fail(answer->query, Cause::kOversizeReply, now);
    condemn(daemon, CondemnCause::kOversizeReply, now);
  } else if (const auto answer = requests.take(line, unwritten)) {
    onConcurrentReply(daemon, *answer, now);
  } else {
    condemn(daemon, CondemnCause::kUnknownId, now);
  }
}

void Supervisor::onConcurrentReply(DaemonProcess& daemon, const ConcurrentRequests::Answer& answer,
                                   TimePoint now) {
  if (answer.reply.size() > daemon.recipe().maxReplyBytes) {
    fail(answer.query, Cause::kOversizeReply, now);
    condemn(daemon, CondemnCause::kOversizeReply, now);
    return;
  }
  if (answer.query != nullptr) {
    answer.query->daemon = nullptr;
    listener_.onReply(*answer.query, answer.reply, now);
  }
  ++daemon.served;
  if (daemon.phase() == Phase::kServing) pool_.giveBack(daemon.slot());
  afterLoan(daemon, now);
}

/// It has one request less.
void Supervisor::afterLoan(DaemonProcess& daemon, TimePoint now) {
  const bool idle = daemon.requests().idle();
  if (daemon.phase() == Phase::kFinishing) {
    if (idle) daemon.stop(now);
    return;
  }
  if (wornOut(daemon)) {
    retire(daemon, now);
    return;
  }
  if (idle) daemon.turn(Phase::kIdle);
  listener_.onDaemonAvailable(now);
}

void Supervisor::onConcurrentDeadline(DaemonProcess& daemon, TimePoint now) {
  daemon.channel().drain(now);
  OutstandingRequests& outstanding = daemon.requests().outstanding();
  while (daemon.phase() == Phase::kServing || daemon.phase() == Phase::kFinishing) {
    const auto late = outstanding.expire(now);
    if (!late) break;
    if (daemon.phase() == Phase::kServing) {
      recordCondemned(daemon, CondemnCause::kTimeout);
      finish(daemon, now);
    }
    fail(static_cast<Query*>(late->query), Cause::kBusyTimeout, now);
  }
  if (daemon.phase() == Phase::kFinishing && daemon.requests().idle()) daemon.stop(now);
  if (daemon.phase() != Phase::kServing && daemon.phase() != Phase::kFinishing) return;
  if (const auto due = outstanding.earliestDue()) daemon.awaitDue(*due);
}

/// It leaves its slot to a successor and gets nothing new; what it has runs on.
void Supervisor::finish(DaemonProcess& daemon, TimePoint now) {
  vacate(daemon, delayAfterDeath(daemon, now), now);
  beginFinishing(daemon, now);
}

void Supervisor::beginFinishing(DaemonProcess& daemon, TimePoint now) {
  daemon.turn(Phase::kFinishing);
  const std::vector<Query*> gathered = daemon.requests().takeGathered();
  // Its loans ended with its place in the pool.
  [[maybe_unused]] const std::size_t withdrawn = daemon.requests().takeWithdrawn();
  if (daemon.requests().idle()) daemon.stop(now);
  yield(gathered, now);
}

/// Its slot is vacated at once; whether it has ended, or lives on with a pipe closed, shows later.
void Supervisor::loseConcurrent(DaemonProcess& daemon, CondemnCause ifAlive, TimePoint now) {
  daemon.ifAlive = ifAlive;
  daemon.channel().mute();
  if (daemon.phase() != Phase::kFinishing) vacate(daemon, delayAfterDeath(daemon, now), now);
  daemon.enter(Phase::kGone, now + kExitGrace);
  loseAll(daemon, now);
}

/// It will answer nothing any more, whatever one of them has done to it.
void Supervisor::loseAll(DaemonProcess& daemon, TimePoint now) {
  const std::vector<Query*> unread = takeUnread(daemon);
  loseRead(daemon, now);
  yield(unread, now);
}

/// What it cannot have read: another may have it.
std::vector<Query*> Supervisor::takeUnread(DaemonProcess& daemon) {
  std::vector<Query*> unread = daemon.requests().takeUnwritten(daemon.channel().pendingBytes());
  const std::vector<Query*> gathered = daemon.requests().takeGathered();
  unread.insert(unread.end(), gathered.begin(), gathered.end());
  return unread;
}

void Supervisor::loseRead(DaemonProcess& daemon, TimePoint now) {
  while (const auto lost = daemon.requests().outstanding().drop()) {
    fail(static_cast<Query*>(lost->query), Cause::kDaemonDeath, now);
  }
}

/// `query` nullptr: nobody waits for it.
void Supervisor::fail(Query* query, Cause cause, TimePoint now) {
  if (query == nullptr) return;
  query->daemon = nullptr;
  listener_.onRequestLost(*query, cause, now);
}

void Supervisor::yield(const std::vector<Query*>& queries, TimePoint now) {
  // All before the first is told, or one that is withdrawn meanwhile would be looked for.
  for (Query* const query : queries) query->daemon = nullptr;
  for (Query* const query : queries) listener_.onRequestUnread(*query, now);
}

}  // namespace iotcpd::redirector
