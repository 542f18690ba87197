#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/framing/line_framer.h"
#include "common/time/timer_heap.h"
#include "loadgen/drive/link.h"
#include "loadgen/drive/misbehaving.h"
#include "loadgen/drive/outstanding.h"
#include "loadgen/drive/wire.h"
#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

/// A place for connections to the target, one after the other: with keep-alive one that stays and
/// is opened again when it has been lost, else one per request. A stdio daemon is a connection that
/// stays: opening one starts it. Requests go out in order and
/// replies are matched in order, at most `pipeline` outstanding at once. Passive: told by the
/// poller, by timers, and by a loop what to send; tells Wire::listener when there is room again.
///
///     closed ──add──► connecting ──► open ──reply, end of stream, error, timeout──► closed
///                                     ▲ └─keep-alive: reply─┐
///                                     └─────────────────────┘
class Connection final : public PollHandler {
 public:
  Connection(Wire& wire, std::size_t pipeline);

  /// Opens it ahead of its first request. Returns 0, or errno when that failed at once.
  [[nodiscard]] int open(TimePoint now);
  [[nodiscard]] bool isOpen() const { return state_ == State::kOpen; }
  [[nodiscard]] bool isConnecting() const { return state_ == State::kConnecting; }
  /// 0, or why the last attempt to connect has failed.
  [[nodiscard]] int connectError() const { return connectError_; }

  /// So many more requests may be added.
  [[nodiscard]] std::size_t room() const { return isMisbehaving_ ? 0 : depth() - outstanding(); }
  [[nodiscard]] bool hasRoom() const { return room() > 0; }
  [[nodiscard]] std::size_t outstanding() const { return requests_.count(); }
  /// Requests that may be outstanding at once.
  [[nodiscard]] std::size_t depth() const { return requests_.capacity(); }

  /// Takes a request at `now`, which goes out with the next flush(). `ownLag` as of
  /// Recorder::onSent.
  /// REQUIRES: hasRoom().
  void add(const PlannedRequest& request, TimePoint due, Nanoseconds ownLag, TimePoint now);
  /// Takes `times` more that are like the ordinary request just added, whose line it is.
  /// REQUIRES: times <= room().
  void repeatLast(std::string_view line, std::size_t times);
  /// Sends what has been added, connecting first if need be. `now` is read just before.
  void flush(TimePoint now);

  /// Of whoever drives it: how many of its free places are spoken for.
  std::size_t promised = 0;

  /// The run is over: what is outstanding is censored, and the connection closed.
  void censor(TimePoint now);

  void onReady(std::uint32_t events) override;

 private:
  friend class ConnectionPool;
  enum class State : std::uint8_t { kClosed, kConnecting, kOpen };

  // connection.cpp: connecting and sending
  [[nodiscard]] int startConnecting(TimePoint now);
  [[nodiscard]] int startDaemon();
  [[nodiscard]] int tryToConnect(TimePoint now);
  void connectAgain(TimePoint now);
  void onConnected(TimePoint now);
  void failToConnect(int error, TimePoint now);
  void send(TimePoint now);
  void markSent(TimePoint now);
  void onAllSent(TimePoint now);
  void dropSent();
  void drip(TimePoint now);
  void watchFor(std::uint32_t events) { link_.watchFor(wire_.poller, events, *this); }
  void close();

  // connection_reply.cpp: receiving and ending
  void receive(bool peerHasEnded);
  void takeReplies(std::string_view bytes, TimePoint now);
  void takeGood(std::string_view& bytes, TimePoint now);
  [[nodiscard]] std::size_t takeGoodLines(std::string_view& bytes, std::size_t most);
  [[nodiscard]] bool takeReply(std::string_view& bytes, TimePoint now);
  void onSendFailed(int error, TimePoint now);
  void onEnd(Outcome ofHead, TimePoint now);
  [[nodiscard]] bool isOverdue(TimePoint now) const;
  void onDeadline(TimePoint now);
  void finishHead(Outcome outcome, TimePoint now);
  void drop(std::size_t count);
  /// Ends everything outstanding, the first request as `ofHead`, and closes.
  void finishAll(Outcome ofHead, Outcome ofOthers, TimePoint now);
  void tellRoom(TimePoint now) {
    if (wire_.listener != nullptr) wire_.listener->onRoom(*this, now);
  }

  Wire& wire_;
  Link link_;
  State state_ = State::kClosed;
  bool isMisbehaving_ = false;  ///< one whose end is its own has the connection to itself
  int connectError_ = 0;
  std::uint64_t closings_ = 0;  ///< tells a connection from its successor in the same place
  TimePoint connectStarted_{};

  Outstanding requests_;
  bool headHasBytes_ = false;  ///< some of the first one's reply is here

  std::string out_;        ///< bytes to be sent
  std::size_t outAt_ = 0;  ///< of which so many are
  LineFramer framer_{kMostReplyBytes};
  /// Armed while something is outstanding, but moved only when it fires: deadlines of one
  /// connection come in order.
  Timer deadline_;
  Timer drip_;
  /// Armed while a UNIX socket's listener has no room: such a connection cannot be waited for.
  Timer again_;

  // Of ConnectionPool: the list of equally busy connections it is in.
  static constexpr std::size_t kInNoList = ~std::size_t{0};
  std::size_t list_ = kInNoList;
  Connection* previous_ = nullptr;
  Connection* next_ = nullptr;
};

}  // namespace iotcpd::loadgen
