#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "fake-daemons/daemon/byte_sink.h"

namespace iotcpd::fake {

/// stdout: replies and stray lines, one after another and never one within another. Nothing waits
/// for it: what it does not take at once is kept.
class ReplyOutput {
 public:
  using Resume = std::function<void(TimePoint now)>;

  ReplyOutput(Loop& loop, std::function<void(int error)> onBroken);

  /// Takes the turn for one reply: true when it is the caller's now; else `resume` is called when
  /// it is.
  bool takeTurn(Resume resume);
  /// REQUIRES: the caller has the turn, or isFree() and this is a whole reply.
  void write(std::string_view bytes) { sink_.append(bytes); }
  /// The next one's turn, after the stray lines that came meanwhile; it has it in the loop's next
  /// turn.
  void endTurn(TimePoint now);

  void writeStray(std::string_view bytes);

  /// True when the kernel has all; else `resume` (if there is one) is called when it has.
  bool flush(Resume resume = nullptr);

  /// A reply may be written as a whole, with no turn taken: nobody has it, and it is taken.
  [[nodiscard]] bool isFree() const { return !taken_ && !closed() && !isStuck(); }

  /// It keeps so much that a program which waits for its writes would be stuck.
  [[nodiscard]] bool isStuck() const { return sink_.size() + strayMeanwhile_.size() >= kMostKept; }

  /// It keeps so much that even what nobody waits for is too much.
  [[nodiscard]] bool isFull() const { return sink_.size() + strayMeanwhile_.size() >= kMostStray; }

  void close() { sink_.close(); }
  [[nodiscard]] bool closed() const { return sink_.closed(); }

 private:
  static constexpr std::size_t kMostKept = 64UL * 1024;

  static constexpr std::size_t kMostStray = 1024UL * 1024;

  void onEmpty(TimePoint now);
  void passTurn(TimePoint now);

  Loop& loop_;
  Timer next_;  ///< passes the turn
  std::deque<Resume> waitingForTurn_;
  std::deque<Resume> waitingForFlush_;
  std::string strayMeanwhile_;
  bool taken_ = false;
  ByteSink sink_;
};

}  // namespace iotcpd::fake
