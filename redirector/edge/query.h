#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "redirector/edge/trace_writer.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/request_queue.h"

namespace iotcpd::redirector {

class DaemonProcess;
class Query;

/// Who asked: a session. Told what becomes of each complete request, exactly once, unless it
/// withdraws it before.
class QueryOwner {
 public:
  /// The daemon's reply, newline included; valid during the call.
  virtual void onReply(Query& query, std::string_view reply, TimePoint now) = 0;
  /// No daemon answers it.
  virtual void onFailure(Query& query, Cause cause, TimePoint now) = 0;

 protected:
  ~QueryOwner() = default;
};

/// One request, from its first byte to its outcome. Lives in the QueryLedger, which opens and
/// closes it for its owner; between that it may wait in the queue or be with a daemon.
class Query final : public QueueEntry {
 public:
  QueryOwner* owner = nullptr;
  std::string request;  ///< with its newline, once complete; kept for a later hand-out
  QueryTrace trace;     ///< filled as it goes on; written when its outcome is known
  /// The daemon that has it, or for which it is gathered.
  DaemonProcess* daemon = nullptr;
  std::uint32_t channelId = 0;  ///< under which that daemon has it; with --concurrency
  bool handedOut = false;       ///< a daemon has had it, perhaps one that ended before it read it
  bool decided = false;         ///< its outcome is booked

  /// For an owner that has several, in the order in which their replies are due: the next one.
  Query* after = nullptr;
  bool answered = false;       ///< `reply` is what it gets, sent or to be sent
  std::string reply;           ///< kept until its turn comes
  std::uint64_t replyEnd = 0;  ///< its end in the stream of replies, once its turn has come
};

}  // namespace iotcpd::redirector
