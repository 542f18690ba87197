#include "redirector/edge/dispatcher.h"

#include <cstddef>
#include <utility>

namespace iotcpd::redirector {
namespace {

void fail(Query& query, Cause cause, TimePoint now) { query.owner->onFailure(query, cause, now); }

constexpr std::ptrdiff_t kCacheLineBytes = 64;

void fetch(const void* object, std::ptrdiff_t fromBytes, std::ptrdiff_t toBytes) {
  for (std::ptrdiff_t at = fromBytes; at < toBytes; at += kCacheLineBytes) {
    __builtin_prefetch(static_cast<const char*>(object) + at, 1);
  }
}

/// Where thousands wait, what they are has left the cache since they came. What the next steps will
/// want is on its way while the daemons work: the session of the query handed out, some 400 bytes
/// around its owner; of the next query what it asks; and the one after that.
void fetchAhead(const Query& handedOut, const QueueEntry* next) {
  fetch(handedOut.owner, -3 * kCacheLineBytes, 4 * kCacheLineBytes);
  if (next == nullptr) return;
  fetch(static_cast<const Query*>(next)->request.data(), 0, kCacheLineBytes);
  if (next->next != nullptr) fetch(next->next, 0, sizeof(Query));
}

}  // namespace

Dispatcher::Dispatcher(Timers& timers, QueryLedger& ledger, const ClientSettings& settings)
    : timers_(timers),
      ledger_(ledger),
      queue_(settings.queueSize, settings.queueTimeout),
      queueTimer_([this](TimePoint now) { expire(now); }) {}

void Dispatcher::setLimits(const ClientSettings& settings) {
  queue_.setLimits(settings.queueSize, settings.queueTimeout);
  if (const auto deadline = queue_.earliestDeadline()) timers_.schedule(queueTimer_, *deadline);
}

void Dispatcher::onRequest(Query& query, TimePoint now) {
  if (queue_.depth() > 0 || !supervisor_->handOut(query, now)) enqueue(query, now);
}

void Dispatcher::enqueue(Query& query, TimePoint now) {
  if (!queue_.join(query, now)) {
    fail(query, Cause::kQueueFull, now);
    return;
  }
  ledger_.queued(query);
  if (!queueTimer_.armed()) timers_.schedule(queueTimer_, *queue_.earliestDeadline());
}

void Dispatcher::onAbandoned(Query& query) {
  if (query.queued) queue_.leave(query);
  if (query.daemon != nullptr) Supervisor::withdraw(query);
}

void Dispatcher::onReply(Query& query, std::string_view line, TimePoint now) {
  query.owner->onReply(query, line, now);
}

void Dispatcher::onRequestLost(Query& query, Cause cause, TimePoint now) {
  fail(query, cause, now);
}

void Dispatcher::onRequestUnread(Query& query, TimePoint now) {
  const Cause ifLate = query.handedOut ? Cause::kDaemonDeath : Cause::kQueueTimeout;
  ledger_.takenBack(query);
  queue_.rejoin(query);
  if (queue_.expired(now) == &query) {
    queue_.leave(query);
    fail(query, ifLate, now);
    return;
  }
  timers_.schedule(queueTimer_, *queue_.earliestDeadline());
  onDaemonAvailable(now);
}

void Dispatcher::onDaemonAvailable(TimePoint now) {
  if (std::exchange(serving_, true)) return;
  while (QueueEntry* const entry = queue_.front()) {
    if (!supervisor_->handOut(static_cast<Query&>(*entry), now)) break;
    queue_.leave(*entry);
    fetchAhead(static_cast<Query&>(*entry), queue_.front());
  }
  serving_ = false;
}

void Dispatcher::expire(TimePoint now) {
  while (QueueEntry* const entry = queue_.expired(now)) {
    queue_.leave(*entry);
    fail(static_cast<Query&>(*entry), Cause::kQueueTimeout, now);
  }
  if (const auto deadline = queue_.earliestDeadline()) timers_.schedule(queueTimer_, *deadline);
}

}  // namespace iotcpd::redirector
