#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "common/time/clock.h"

namespace iotcpd {

class TimerHeap;

/// One deadline and what to do when it has passed. Owned by whoever waits; lives in at most one
/// heap and leaves it when destroyed.
class Timer {
 public:
  /// `now` is the time at which the heap was run, at or after the deadline. Must not throw; may
  /// destroy the timer it belongs to.
  using Callback = std::function<void(TimePoint now)>;

  explicit Timer(Callback callback) : callback_(std::move(callback)) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  [[nodiscard]] bool armed() const { return heap_ != nullptr; }
  /// REQUIRES: armed().
  [[nodiscard]] TimePoint deadline() const { return deadline_; }
  /// Does nothing when not armed.
  void cancel();

 private:
  friend class TimerHeap;
  Callback callback_;
  TimerHeap* heap_ = nullptr;
  bool isDue_ = false;     ///< waits for its call in a run under way
  std::size_t index_ = 0;  ///< its place among the due ones of that run, else in the heap
  std::uint64_t order_ = 0;
  TimePoint deadline_{};
  bool* destroyed_ = nullptr;  ///< set while the callback runs: where to note that it destroyed us
};

/// Deadlines in order: a binary heap whose entries know their place, so that scheduling and
/// cancelling cost O(log n) and allocate nothing once the vector has grown.
/// It has no clock: whoever drives it says what time it is.
class TimerHeap {
 public:
  TimerHeap() = default;
  ~TimerHeap();
  TimerHeap(const TimerHeap&) = delete;
  TimerHeap& operator=(const TimerHeap&) = delete;

  /// Arms `timer`, or moves it when it is armed here already. REQUIRES: not armed elsewhere.
  void schedule(Timer& timer, TimePoint deadline);
  /// Does nothing when `timer` is not armed here.
  void cancel(Timer& timer);

  /// The nearest deadline of all armed timers.
  [[nodiscard]] std::optional<TimePoint> earliest() const;
  /// How many timers are armed.
  [[nodiscard]] std::size_t size() const { return heap_.size() + dueLeft_; }

  /// Disarms and calls every timer due at `now`, earliest first, equal deadlines in the order in
  /// which they were scheduled. Callbacks may schedule, cancel and destroy any timer: one that was
  /// due and is cancelled is not called, one scheduled for `now` or before waits for the next run,
  /// so that a callback that re-arms itself cannot hold the loop.
  /// REQUIRES: not called by a callback, and no callback destroys the heap.
  void runDue(TimePoint now);

 private:
  static bool isBefore(const Timer& left, const Timer& right);
  static void call(Timer& timer, TimePoint now) noexcept;
  void siftUp(std::size_t index);
  void siftDown(std::size_t index);
  void place(Timer* timer, std::size_t index);
  Timer* removeAt(std::size_t index);
  void takeDue(TimePoint now);
  void disarm(Timer& timer);

  std::vector<Timer*> heap_;
  /// What a run under way has taken out of the heap, in the order of the calls; nullptr where the
  /// timer has been called, cancelled or moved since.
  std::vector<Timer*> due_;
  std::size_t dueLeft_ = 0;
  std::uint64_t nextOrder_ = 0;
};

}  // namespace iotcpd
