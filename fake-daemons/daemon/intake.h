#pragma once

#include <array>
#include <functional>
#include <list>

#include "common/framing/line_framer.h"
#include "fake-daemons/daemon/exchange.h"

namespace iotcpd::fake {

/// When the next request may be begun.
enum class Pacing : std::uint8_t {
  kSerial,    ///< when the one before is over
  kPipeline,  ///< when the answer to the one before has been asked for
  kFree,      ///< at once
};

/// How the next request is waited for.
enum class Waiting : std::uint8_t {
  kPolls,  ///< with all else there is to wait for
  kReads,  ///< in the read itself, as long as there is nothing else
};

/// stdin: reads requests, begins an exchange for each, and knows when it is idle or at the end.
class Intake {
 public:
  struct Callbacks {
    std::function<void()> onBusy;  ///< a request ends the idleness
    std::function<void()> onEnd;   ///< stdin has ended and nothing is left to do
    std::function<void(std::string_view what)> onTrouble;  ///< stdin cannot be read any more
    std::function<bool()> isHeldUp;  ///< whoever answers takes no request for now
  };

  Intake(Facilities& facilities, ExchangeRules& rules, Pacing pacing, Waiting waiting,
         Callbacks callbacks);

  /// Begins to read.
  void start(TimePoint now);
  /// An exchange has come so far that another may begin.
  void proceed(TimePoint now);
  void onExchangeDone(Exchange& exchange, TimePoint now);
  /// There are others than before: what is due at a time has changed.
  void onFaultsChanged(TimePoint now);

  void closeStdin();
  void stopReading();

  [[nodiscard]] std::uint64_t outstanding() const { return active_.size(); }
  [[nodiscard]] bool atIdlePoint() const { return state_ == State::kIdlePoint; }
  /// The oldest request that waits for its answer, or nullptr.
  [[nodiscard]] Exchange* oldestAwaitingAnswer();

 private:
  enum class State : std::uint8_t {
    kNotStarted,
    kBusy,       ///< cannot begin another request yet
    kIdlePoint,  ///< faults at idle are under way
    kWaiting,    ///< for stdin
    kReadPoint,  ///< faults at before-read are under way
    kEofPoint,   ///< faults at on-eof are under way
    kEnded,      ///< nothing more will come
  };

  void onReadable(TimePoint now);
  void onIdleTime(TimePoint now);
  void onPointDone(TimePoint now);
  void pump(TimePoint now);
  /// Does the next thing there is to do; false when there is something to wait for.
  bool pumpOnce(TimePoint now);
  void giveUpOldest();
  [[nodiscard]] bool isFull() const;
  void retire(std::list<Exchange>::iterator exchange);
  bool findLine();
  void beginExchange(TimePoint now);
  void waitForInput(TimePoint now);
  /// Returns when that was.
  TimePoint read();
  bool takeUnterminated();
  bool hit(Point point, State during, TimePoint now);
  void endIfAnswered();
  [[nodiscard]] bool mayBegin() const;
  [[nodiscard]] bool isIdle() const;
  [[nodiscard]] static bool hasBytes();

  Facilities& facilities_;
  ExchangeRules& rules_;
  Pacing pacing_;
  Waiting waiting_;
  Callbacks callbacks_;
  State state_ = State::kNotStarted;
  Watch watch_;
  Timer idleTime_;
  FaultRun faults_;
  LineFramer framer_;
  std::array<char, 64UL * 1024> buffer_{};
  std::string_view unframed_;  ///< of buffer_
  std::string_view line_;      ///< framed, not yet begun
  bool deaf_ = false;          ///< will never read again
  bool atEof_ = false;
  bool pumping_ = false;
  bool readPointDone_ = false;  ///< before-read has been reached for the next request
  bool idlePointDone_ = false;  ///< idle has been reached since the last request
  std::uint64_t sequence_ = 0;
  std::list<Exchange> active_;   ///< in the order in which they were read
  std::size_t activeBytes_ = 0;  ///< of their requests
  std::list<Exchange> spare_;
};

}  // namespace iotcpd::fake
