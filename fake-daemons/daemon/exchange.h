#pragma once

#include <functional>
#include <optional>
#include <string>

#include "fake-daemons/daemon/fault_run.h"

namespace iotcpd::fake {

class Exchange;

/// How requests are answered; the same for all of a process.
struct ExchangeRules {
  Distribution latency;
  RandomStream latencyRandom;
  bool obeyRequests = false;
  Identity identity;
  /// The reply with its newline; nothing when it is given to Exchange::answer() later.
  std::function<std::optional<std::string>(Exchange& exchange)> respond;
  std::function<std::uint64_t()> outstanding;
  /// The exchange is over; it may begin anew at once. Not called from within begin().
  std::function<void(Exchange& exchange, TimePoint now)> onDone;
};

/// One request from its last byte to the last byte of its reply, through the points on its way:
///
///     after-read -> latency -> respond -> before-reply -> mid-reply... -> after-reply
///
/// Where nobody watches any of them, it goes straight from the request to the reply.
class Exchange {
 public:
  Exchange(Facilities& facilities, ExchangeRules& rules);
  ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Takes a request and goes as far as it can; true when it is over already. REQUIRES: idle().
  [[nodiscard]] bool begin(std::uint64_t sequence, std::string_view line, TimePoint now);
  /// The reply that respond() did not have. REQUIRES: awaitsAnswer().
  void answer(std::string text, TimePoint now);
  /// It will have no answer. REQUIRES: awaitsAnswer().
  void giveUp() { stage_ = Stage::kIdle; }
  /// Gives back the memory of a long request or reply. REQUIRES: idle().
  void forget();

  [[nodiscard]] bool idle() const { return stage_ == Stage::kIdle; }
  [[nodiscard]] bool awaitsAnswer() const { return stage_ == Stage::kAwaitsAnswer; }
  /// Its answer has been asked for, so that a next request may be begun in a pipeline.
  [[nodiscard]] bool asked() const { return stage_ >= Stage::kAwaitsAnswer; }
  [[nodiscard]] const Request& request() const { return request_; }

 private:
  enum class Stage : std::uint8_t {
    kIdle,
    kAfterRead,
    kLatency,
    kLatencyOver,
    kRespond,
    kAwaitsAnswer,
    kBeforeReply,
    kTurn,
    kSegment,
    kMidReply,
    kPause,
    kPauseOver,
    kFlush,
    kAfterReply,
    kOver,
  };

  /// Nothing can come between the request and its reply.
  [[nodiscard]] bool isUneventful() const;
  bool replyAtOnce();
  void run(TimePoint now);
  /// Does one stage and says whether the next may follow at once.
  bool step(TimePoint now);
  bool hit(Point point, TimePoint now, std::uint64_t offset = 0);
  bool sleepLatency(TimePoint now);
  bool respond();
  void setReply(std::string text);
  bool beginReply();
  bool writeSegment();
  bool pause(TimePoint now);
  bool finishReply(TimePoint now);
  void obey();
  [[nodiscard]] std::uint64_t nextOffset(std::uint64_t most) const;

  Facilities& facilities_;
  ExchangeRules& rules_;
  FaultRun faults_;
  Timer timer_;
  Stage stage_ = Stage::kIdle;
  bool inBegin_ = false;
  Request request_;
  Reply reply_;
  std::size_t written_ = 0;
  Nanoseconds latency_{};
  TimePoint sleepsSince_{};
  std::optional<FaultEngine> directed_;  ///< by the request itself
};

}  // namespace iotcpd::fake
