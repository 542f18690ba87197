#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/framing/line_framer.h"
#include "redirector/edge/client_session.h"

namespace iotcpd::redirector {

/// A connection for one request, as without --keep-alive: reads it, waits for its answer, sends it,
/// closes.
///
///     kReading -> kWaiting -> kReplying -> (lingers) -> ended
///
/// Reads and writes at once and enters the reactor only when the kernel makes it wait. From the
/// first byte to exactly one outcome it has a query.
class OneRequestSession final : public ClientSession, private QueryOwner {
 public:
  enum class State { kReading, kWaiting, kReplying };

  OneRequestSession(const Environment& environment, UniqueFd fd, std::optional<IpAddress> source);

  void begin(TimePoint now) override;
  void onDrain(TimePoint now) override;
  void onDrainTimeout(TimePoint now) override;
  /// The connection turned out to be reset. REQUIRES: state is kWaiting.
  void onReset();

  [[nodiscard]] State state() const { return state_; }

  /// Neighbours in the list of sessions that wait for an answer; WaitingList's own.
  OneRequestSession* waitingBefore = nullptr;
  OneRequestSession* waitingAfter = nullptr;

 private:
  void onReply(Query& query, std::string_view reply, TimePoint now) override;
  void onFailure(Query& query, Cause cause, TimePoint now) override;
  void onReady(std::uint32_t events) override;
  void onDeadline(TimePoint now) override;

  void await(std::uint32_t events, TimePoint deadline);
  /// `now` is the time of the clock, not of the pass: the time in the queue begins with it.
  void readRequest(TimePoint now);
  void onBytes(std::string_view bytes, TimePoint now);
  void onEndOfInput(TimePoint now);
  void giveUpReading(Cause cause, TimePoint now);
  void giveUpReplying();
  void onBroken();
  void fail(Cause cause, TimePoint now);
  void decide(Cause cause);
  void lookForSurplus();
  void sendReply(std::string_view reply, TimePoint now);
  void sendRest(TimePoint now);
  void onReplySent(TimePoint now);

  State state_ = State::kReading;
  bool inputEnded_ = false;  ///< the client has sent its EOF
  bool surplus_ = false;     ///< the client has sent, or may still send, more than its request
  Query* query_ = nullptr;   ///< from the first byte until its outcome is known
  LineFramer framer_;
  std::string reply_;  ///< the end of the reply, if the kernel did not take all of it at once
  std::size_t replySentBytes_ = 0;
  TimePoint acceptedAt_{};
};

}  // namespace iotcpd::redirector
