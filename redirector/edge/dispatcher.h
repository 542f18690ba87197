#pragma once

#include "redirector/edge/client_session.h"
#include "redirector/edge/supervisor.h"
#include "redirector/edge/waiting_list.h"
#include "redirector/policy/request_queue.h"

namespace iotcpd::redirector {

/// Joins sessions, queue and pool: a complete request gets a daemon at once or a place in the
/// queue; a free daemon gets the longest waiting request; an answer goes back to whoever waits for
/// it.
class Dispatcher final : public RequestSink, public PoolListener {
 public:
  Dispatcher(Timers& timers, Counters& counters, const ClientSettings& settings);

  /// REQUIRES: called once, before the first request.
  void setSupervisor(Supervisor& supervisor) { supervisor_ = &supervisor; }
  void setLimits(const ClientSettings& settings);
  [[nodiscard]] const RequestQueue& queue() const { return queue_; }

  void onRequest(ClientSession& session, std::string_view request, TimePoint now) override;
  void onAbandoned(ClientSession& session) override;
  void onReply(DaemonProcess& daemon, std::string_view line, TimePoint now) override;
  void onRequestLost(DaemonProcess& daemon, Cause cause, TimePoint now) override;
  void onRequestUnread(DaemonProcess& daemon, TimePoint now) override;
  void onDaemonAvailable(TimePoint now) override;

 private:
  void enqueue(ClientSession& session, std::string_view request, TimePoint now);
  [[nodiscard]] ClientSession* takeClient(DaemonProcess& daemon);
  void expire(TimePoint now);

  Timers& timers_;
  Counters& counters_;
  Supervisor* supervisor_ = nullptr;
  RequestQueue queue_;
  Timer queueTimer_;
  WaitingList waiting_;
  bool serving_ = false;  ///< the queue is being served; a daemon that comes up is found by that
};

}  // namespace iotcpd::redirector
