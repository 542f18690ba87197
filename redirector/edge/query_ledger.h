#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "redirector/edge/query.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/policy/counters.h"

namespace iotcpd::redirector {

/// Owns the queries and books what becomes of each, in the counters and in the trace. Closed ones
/// are used again, so that a query costs no allocation once as many have been open before.
class QueryLedger {
 public:
  /// Both outlive the ledger.
  QueryLedger(Counters& counters, TraceWriter& trace) : counters_(counters), trace_(trace) {}

  /// The first byte of a request has arrived.
  [[nodiscard]] Query& open(QueryOwner& owner);
  /// Bytes of it have arrived; for the trace.
  void arrived(Query& query, std::string_view bytes);
  /// All of it has: `line` with its newline, read at `at`.
  static void complete(Query& query, std::string_view line, TimePoint at);
  /// It waits for a daemon.
  void queued(const Query& /*query*/) { counters_.queryDelayed(); }
  /// A daemon has it, and cannot have read it before `at`.
  void handedOut(Query& query, DaemonProcess& daemon, TimePoint at);
  /// That daemon cannot have read it, and will not; it waits as long as if it had queued all the
  /// time.
  void takenBack(Query& query);
  /// That daemon has answered; the reply may have to wait for its turn.
  static void answered(Query& query, TimePoint at) { query.trace.answeredAt = at; }
  /// Its kept reply is on its way; memory of a large one is given back.
  static void replyPassedOn(Query& query);
  /// Its outcome. REQUIRES: neither queued nor with a daemon, nor decided before.
  void decide(Query& query, Cause cause, TimePoint at);
  /// It is gone after that. REQUIRES: decided.
  void close(Query& query);

 private:
  Counters& counters_;
  TraceWriter& trace_;
  std::vector<std::unique_ptr<Query>> all_;
  std::vector<Query*> free_;
};

}  // namespace iotcpd::redirector
