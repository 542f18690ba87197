#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/framing/line_framer.h"
#include "common/net/cidr.h"
#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"
#include "redirector/edge/reactor.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/edge/watch.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/request_queue.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

class ClientSession;
class DaemonProcess;

/// Serves complete requests.
class RequestSink {
 public:
  /// The session's request is complete. Answers by calling deliver() or fail() on the session, now
  /// or later. `request` is valid during the call.
  virtual void onRequest(ClientSession& session, std::string_view request, TimePoint now) = 0;
  /// The session no longer waits for an answer.
  virtual void onAbandoned(ClientSession& session) = 0;

 protected:
  ~RequestSink() = default;
};

/// One connection: reads one request, waits for its answer, sends it, closes.
///
///     kReading -> kWaiting -> kReplying -> (kLingering) -> kEnded
///
/// Reads and writes at once and enters the reactor only when the kernel makes it wait. From the
/// first byte to exactly one outcome it is a query in the counters. Owned by the ClientTable, which
/// destroys it in a later pass than the one in which it ended.
class ClientSession final : public QueueEntry {
 public:
  enum class State { kReading, kWaiting, kReplying, kLingering, kEnded };

  /// What all sessions share; outlives them.
  struct Environment {
    Reactor& reactor;
    Timers& timers;
    const Clock& clock;
    Counters& counters;
    const ClientSettings& settings;
    RequestSink& sink;
    TraceWriter& trace;
    std::function<void(ClientSession&)> onEnded;
  };

  ClientSession(const Environment& environment, UniqueFd fd, std::optional<IpAddress> source);

  /// Reads what has arrived already.
  void begin(TimePoint now);

  /// The daemon's reply, newline included. REQUIRES: state is kWaiting.
  void deliver(std::string_view reply, TimePoint now);
  /// Answers with the error reply. REQUIRES: state is kWaiting or kReading, and a byte has arrived.
  void fail(Cause cause, TimePoint now);
  /// The connection turned out to be reset. REQUIRES: state is kWaiting.
  void onReset();
  /// The service ends: takes what has arrived, and closes the connection when that is nothing.
  void onDrain(TimePoint now);
  /// Its time is up: fails a query that is still open, cuts off a reply that is not taken.
  void onDrainTimeout(TimePoint now);

  /// Keeps the request for a later hand-out.
  void keepRequest(std::string_view request) { request_ = request; }
  [[nodiscard]] const std::string& request() const { return request_; }
  /// A daemon has it.
  void onHandedOut(DaemonProcess& daemon);
  /// That daemon ended without having read it; it waits as long as if it had queued all the time.
  void onTakenBack();
  [[nodiscard]] DaemonProcess* daemon() const { return daemon_; }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::optional<IpAddress>& source() const { return source_; }

  /// Place in the ClientTable; the table's own.
  std::size_t tableIndex = 0;
  /// Neighbours in the list of sessions that wait for an answer; WaitingList's own.
  ClientSession* waitingBefore = nullptr;
  ClientSession* waitingAfter = nullptr;

 private:
  void onReady();
  void onDeadline(TimePoint now);
  void giveUpReading(Cause cause, TimePoint now);
  void giveUpReplying();
  void readRequest(TimePoint now);
  void onBytes(std::string_view bytes, TimePoint now);
  void onEndOfInput(TimePoint now);
  void onBroken();
  [[nodiscard]] bool inputIntact();
  void sendReply(std::string_view reply, TimePoint now);
  void sendRest(TimePoint now);
  void onReplySent(TimePoint now);
  void linger(TimePoint now);
  void discardInput();
  void decide(Cause cause);
  void await(Watch::Interest interest, TimePoint deadline);
  void cutOff();
  void end();

  const Environment& with_;
  UniqueFd fd_;
  std::optional<IpAddress> source_;
  State state_ = State::kReading;
  bool handedOut_ = false;   ///< a daemon has had it, perhaps one that ended before it read it
  bool began_ = false;       ///< a byte of the request has arrived: it is a query
  bool decided_ = false;     ///< its outcome is counted
  bool inputEnded_ = false;  ///< the client has sent its EOF
  bool surplus_ = false;     ///< the client has sent, or may still send, more than its request
  LineFramer framer_;
  std::string request_;
  std::string reply_;  ///< the end of the reply, if the kernel did not take all of it at once
  std::size_t replySentBytes_ = 0;
  std::size_t lingerBudgetBytes_ = 0;
  DaemonProcess* daemon_ = nullptr;
  TimePoint acceptedAt_{};
  QueryTrace trace_;  ///< filled as the query goes on; written when its outcome is known
  std::unique_ptr<Watch> watch_;
  Timer timer_;
};

}  // namespace iotcpd::redirector
