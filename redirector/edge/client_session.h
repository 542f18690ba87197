#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "common/net/cidr.h"
#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"
#include "redirector/edge/deferred_writes.h"
#include "redirector/edge/poller.h"
#include "redirector/edge/query_ledger.h"
#include "redirector/edge/timers.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

class ClientSession;
class WaitingList;

/// Serves complete requests.
class RequestSink {
 public:
  /// The query's request is complete. Answers through the query's owner, now or later.
  virtual void onRequest(Query& query, TimePoint now) = 0;
  /// Its owner no longer waits for an answer.
  virtual void onAbandoned(Query& query) = 0;

 protected:
  ~RequestSink() = default;
};

/// One connection; what it says is for those who derive from it. Owned by the ClientTable, which
/// destroys it in a later pass than the one in which it ended.
class ClientSession : private Poller::Handler {
 public:
  /// What all sessions share; outlives them.
  struct Environment {
    Poller& poller;
    Timers& timers;
    DeferredWrites& writes;
    const Clock& clock;
    Counters& counters;
    const ClientSettings& settings;
    RequestSink& sink;
    QueryLedger& ledger;
    WaitingList& waiting;
    std::function<void(ClientSession&)> onEnded;
  };

  ClientSession(const Environment& environment, UniqueFd fd, std::optional<IpAddress> source);
  virtual ~ClientSession() = default;
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  /// Reads what has arrived already. `now` is the time of the clock.
  virtual void begin(TimePoint now) = 0;
  /// The service ends: takes what has arrived, and closes the connection when that is nothing.
  virtual void onDrain(TimePoint now) = 0;
  /// Its time is up: fails what is still open, cuts off a reply that is not taken.
  virtual void onDrainTimeout(TimePoint now) = 0;
  /// The settings have changed.
  virtual void onSettings(TimePoint /*now*/) {}

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::optional<IpAddress>& source() const { return source_; }

  /// Place in the ClientTable; the table's own.
  std::size_t tableIndex = 0;

 protected:
  /// What was watched for has come, or the connection is broken.
  virtual void onReady(std::uint32_t events) = 0;
  /// The time given to setDeadline() has passed.
  virtual void onDeadline(TimePoint now) = 0;

  /// To read what a client sends; one for all sessions of a thread: nothing of it outlives a call.
  /// Not shared with the daemons' channels, whose reply is sent from their buffer while this one is
  /// read into.
  [[nodiscard]] static std::span<char> readBuffer();
  [[nodiscard]] const Environment& with() const { return with_; }
  /// Neither lingers nor has ended.
  [[nodiscard]] bool open() const { return stage_ == Stage::kOpen; }
  /// A byte has arrived.
  void onSpoke() { spoke_ = true; }
  /// `events`: EPOLLIN, EPOLLOUT, or 0 for a broken connection alone; with EPOLLONESHOT to be told
  /// once, after which nothing is watched until the next call.
  void watch(std::uint32_t events);
  void unwatch();
  /// In place of the one before.
  void setDeadline(TimePoint deadline) { with_.timers.schedule(timer_, deadline); }
  [[nodiscard]] const Timer& timer() const { return timer_; }
  void clearDeadline() { timer_.cancel(); }
  /// Sends its EOF, then discards for a while what the client still sends, which a close would
  /// answer with a reset that can eat the reply; then ends. Nothing is asked of it any more.
  void linger(TimePoint now);
  /// Ends with a reset, so that a torn reply never looks like a whole one.
  void cutOff();
  void end();

 private:
  enum class Stage { kOpen, kLingering, kEnded };

  void onEvents(std::uint32_t events, TimePoint now) override;
  void onTimer(TimePoint now);
  void discardInput();

  const Environment& with_;
  UniqueFd fd_;
  std::optional<IpAddress> source_;
  Stage stage_ = Stage::kOpen;
  bool spoke_ = false;
  std::size_t lingerBudgetBytes_ = 0;
  bool watched_ = false;  ///< the poller has it, if only as one that has been told of once
  std::optional<std::uint32_t> watchedFor_;
  Timer timer_;
};

}  // namespace iotcpd::redirector
