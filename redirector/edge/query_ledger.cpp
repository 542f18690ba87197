#include "redirector/edge/query_ledger.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "redirector/edge/daemon_process.h"

namespace iotcpd::redirector {
namespace {

/// Memory of a request or a reply beyond that is given back with it: more than most need, and
/// little where each of thousands has had a long one at some time.
constexpr std::size_t kKeptBytes = 512;

void empty(std::string& text) {
  if (text.capacity() > kKeptBytes) {
    std::string().swap(text);
  } else {
    text.clear();
  }
}

}  // namespace

Query& QueryLedger::open(QueryOwner& owner) {
  if (free_.empty()) {
    all_.push_back(std::make_unique<Query>());
    free_.reserve(all_.capacity());
    free_.push_back(all_.back().get());
  }
  Query& query = *free_.back();
  free_.pop_back();
  query.owner = &owner;
  counters_.queryBegan();
  return query;
}

void QueryLedger::arrived(Query& query, std::string_view bytes) {
  if (!trace_.enabled() || query.trace.head.size() >= QueryTrace::kHeadBytes) return;
  query.trace.head += bytes.substr(0, QueryTrace::kHeadBytes - query.trace.head.size());
}

void QueryLedger::complete(Query& query, std::string_view line, TimePoint at) {
  query.request = line;
  query.trace.completeAt = at;
}

void QueryLedger::handedOut(Query& query, DaemonProcess& daemon, TimePoint at) {
  query.daemon = &daemon;
  query.trace.handedOutAt = at;
  query.trace.worker = daemon.worker();
  query.trace.incarnation = daemon.incarnation();
  query.trace.pid = daemon.pid();
  if (std::exchange(query.handedOut, true)) return;
  counters_.queryHandedOut(query.since == TimePoint{} ? Nanoseconds::zero() : at - query.since);
}

void QueryLedger::takenBack(Query& query) {
  assert(!query.queued);
  query.daemon = nullptr;
  query.trace.handedOutAt = {};
  query.trace.pid = 0;
  if (query.since != TimePoint{}) return;
  query.since = query.trace.completeAt;
  counters_.queryDelayed();
}

void QueryLedger::replyPassedOn(Query& query) { empty(query.reply); }

void QueryLedger::decide(Query& query, Cause cause, TimePoint at) {
  assert(!query.queued && query.daemon == nullptr && !query.decided);
  query.decided = true;
  const QueryTrace& trace = query.trace;
  if (cause == Cause::kNone) {
    const TimePoint served = trace.answeredAt == TimePoint{} ? at : trace.answeredAt;
    counters_.queryReplied(at - trace.completeAt,
                           std::max(served - trace.handedOutAt, Nanoseconds::zero()));
  } else {
    counters_.queryEnded(cause);
  }
  if (trace_.enabled()) trace_.write(trace, cause, at);
}

void QueryLedger::close(Query& query) {
  assert(query.decided);
  query.owner = nullptr;
  query.since = {};
  query.handedOut = query.decided = query.answered = false;
  empty(query.request);
  empty(query.reply);
  query.after = nullptr;
  query.trace.head.clear();
  query.trace.pid = 0;
  query.trace.completeAt = query.trace.handedOutAt = query.trace.answeredAt = {};
  free_.push_back(&query);
}

}  // namespace iotcpd::redirector
