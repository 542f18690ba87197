#pragma once

#include "redirector/edge/client_session.h"
#include "redirector/edge/supervisor.h"
#include "redirector/policy/request_queue.h"

namespace iotcpd::redirector {

/// Joins queries, queue and pool: a complete request gets a daemon at once or a place in the
/// queue; a free daemon gets the longest waiting request; an answer goes back to whoever waits for
/// it.
class Dispatcher final : public RequestSink, public PoolListener {
 public:
  Dispatcher(Timers& timers, QueryLedger& ledger, const ClientSettings& settings);

  /// REQUIRES: called once, before the first request.
  void setSupervisor(Supervisor& supervisor) { supervisor_ = &supervisor; }
  void setLimits(const ClientSettings& settings);
  [[nodiscard]] const RequestQueue& queue() const { return queue_; }

  void onRequest(Query& query, TimePoint now) override;
  void onAbandoned(Query& query) override;
  void onReply(Query& query, std::string_view line, TimePoint now) override;
  void onRequestLost(Query& query, Cause cause, TimePoint now) override;
  void onRequestUnread(Query& query, TimePoint now) override;
  void onDaemonAvailable(TimePoint now) override;

 private:
  void enqueue(Query& query, TimePoint now);
  void expire(TimePoint now);

  Timers& timers_;
  QueryLedger& ledger_;
  Supervisor* supervisor_ = nullptr;
  RequestQueue queue_;
  Timer queueTimer_;
  bool serving_ = false;  ///< the queue is being served; a daemon that comes up is found by that
};

}  // namespace iotcpd::redirector
