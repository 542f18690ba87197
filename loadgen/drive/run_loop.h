#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "common/time/timer_heap.h"
#include "loadgen/drive/connection.h"
#include "loadgen/drive/pacer.h"
#include "loadgen/result/until.h"

namespace iotcpd::loadgen {

/// When a run ends, and how it waits.
struct RunLimits {
  std::optional<Nanoseconds> duration;  ///< nothing is due at or after it
  Nanoseconds drain{};                  ///< for what is unsent or open then
  Nanoseconds interval{};               ///< between two looks at the recorder
  Nanoseconds spin{};                   ///< before a due time, not slept but polled away
  std::optional<Until> until;
};

/// What became of it.
struct RunEnd {
  TimePoint start{};
  TimePoint lastDue{};  ///< the end of the schedule
  /// When an interruption or --until has ended the schedule before its time.
  std::optional<TimePoint> cutShort;
  Nanoseconds stalled{};  ///< time in which the loop did not run although it should have
  Nanoseconds longestStall{};
  bool wasInterrupted = false;
};

/// Drives pacer, connections and recorder from the first due time until every request has its
/// outcome.
class RunLoop {
 public:
  /// All but the limits outlive it.
  RunLoop(Wire& wire, Pacer& pacer, std::deque<Connection>& connections, RunLimits limits);

  /// Opens connections before the schedule starts: all with keep-alive, else one, so that a target
  /// that is not there is noticed at once. Throws TargetError when none of the first ones can be,
  /// or a daemon cannot be started.
  void openFirst();
  [[nodiscard]] RunEnd run();
  /// Ends the run within the pass: what is outstanding is censored. Called by handlers.
  void interrupt() { isInterrupted_ = true; }

 private:
  void awaitOpening(std::size_t first, std::size_t last);
  void requireOneOpen() const;
  void requireAllStarted() const;
  void turn(TimePoint now);
  void lookForStall(TimePoint now);
  void onInterval(TimePoint now);
  [[nodiscard]] bool isOver(TimePoint now);
  [[nodiscard]] TimePoint nextEnd() const;

  Wire& wire_;
  Pacer& pacer_;
  std::deque<Connection>& connections_;
  RunLimits limits_;
  Timer interval_;
  TimePoint nextInterval_{};
  std::optional<TimePoint> drainUntil_;
  std::optional<TimePoint> cutShort_;
  TimePoint lastTurn_{};
  Nanoseconds stalled_{};
  Nanoseconds longestStall_{};
  bool isInterrupted_ = false;
  bool isEnough_ = false;  ///< --until has been reached
};

}  // namespace iotcpd::loadgen
