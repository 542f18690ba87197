#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/framing/line_framer.h"
#include "redirector/edge/client_session.h"
#include "redirector/edge/held_bytes.h"
#include "redirector/edge/reply_order.h"
#include "redirector/edge/reply_stream.h"

namespace iotcpd::redirector {

/// A connection for many requests (--keep-alive): takes them as they come, lets the pool work on
/// up to max-pipeline of them at the same time, and sends the replies in the order of the requests.
///
///     kServing -> kFinishing -> (lingers) -> ended
///
/// Has at most max-pipeline queries that have begun and whose reply the kernel has not taken;
/// beyond that it does not read, so that a client that does not take its replies holds no more
/// than their memory, and no daemon. What a pass has brought is sent with one write at its end.
class KeepAliveSession final : public ClientSession,
                               private QueryOwner,
                               private DeferredWrites::Writer {
 public:
  KeepAliveSession(const Environment& environment, UniqueFd fd, std::optional<IpAddress> source);

  void begin(TimePoint now) override;
  void onDrain(TimePoint now) override;
  void onDrainTimeout(TimePoint now) override;
  void onSettings(TimePoint now) override;

 private:
  enum class State {
    kServing,    ///< takes requests
    kFinishing,  ///< takes no more: the client has sent its EOF or what cannot be framed, or the
                 ///< service ends and what had arrived by then is taken
  };

  void onReply(Query& query, std::string_view reply, TimePoint now) override;
  void onFailure(Query& query, Cause cause, TimePoint now) override;
  void onReady(std::uint32_t events) override;
  void onDeadline(TimePoint now) override;
  void writeGathered() override;

  [[nodiscard]] bool hasRoom() const { return order_.size() < with().settings.maxPipeline; }
  [[nodiscard]] bool reads() const;
  void read();
  /// Takes requests from `bytes`, which were read at `at`; returns what has to wait for room.
  [[nodiscard]] std::string_view take(std::string_view bytes, TimePoint at);
  void takeHeld(TimePoint now);
  void onEndOfInput();
  void failPartial(Cause cause);
  void answer(Query& query, std::string_view reply);
  void giveTurns();
  void send(TimePoint now);
  void closeTaken(TimePoint now);
  void proceed(TimePoint now);
  void finish(TimePoint now);
  void forgetAll(Cause cause);
  void onBroken();
  void resetDeadline();

  State state_ = State::kServing;
  bool inputEnded_ = false;     ///< the client has sent its EOF
  bool draining_ = false;       ///< the service ends
  bool blocked_ = false;        ///< the kernel takes no more of the replies
  std::size_t drainBytes_ = 0;  ///< of what had arrived when the drain began, not yet read
  Query* partial_ = nullptr;    ///< the newest, while its request is being read
  ReplyOrder order_;
  LineFramer framer_;
  HeldBytes held_;  ///< waits for room
  ReplyStream stream_;
  TimePoint partialSince_{};
  TimePoint takenSince_{};  ///< when the reply that is now the first to be taken became that
  TimePoint idleSince_{};
};

}  // namespace iotcpd::redirector
