#pragma once

#include <cstddef>
#include <optional>

#include "common/time/clock.h"

namespace iotcpd::redirector {

/// A request's place in the queue; a member of whatever waits, which owns it and must leave the
/// queue before it is destroyed.
struct QueueEntry {
  QueueEntry* previous = nullptr;
  QueueEntry* next = nullptr;
  TimePoint since{};  ///< when it began to wait
  bool queued = false;
};

/// Requests that wait for a daemon, first come first served: the list is in order of `since`.
/// Intrusive, so that joining, leaving and being served cost no allocation and O(1).
class RequestQueue {
 public:
  RequestQueue(std::size_t capacity, Nanoseconds timeout)
      : capacity_(capacity), timeout_(timeout) {}

  /// False when the queue is full; the entry is then not queued.
  [[nodiscard]] bool join(QueueEntry& entry, TimePoint now);
  /// Back to its place by `since` (the head, unless a longer waiting one has come back already)
  /// after a hand-out that came to nothing; ignores the capacity. REQUIRES: `since` is set, by
  /// join() or, for an entry that never queued, by the caller.
  void rejoin(QueueEntry& entry);
  /// `since` stays as it is. REQUIRES: the entry is queued here.
  void leave(QueueEntry& entry);

  /// The longest waiting entry or nullptr.
  [[nodiscard]] QueueEntry* front() const { return head_; }
  /// The longest waiting entry when its time is up at `now`, or nullptr. Does not remove it.
  [[nodiscard]] QueueEntry* expired(TimePoint now) const;
  /// When the longest waiting entry's time is up.
  [[nodiscard]] std::optional<TimePoint> earliestDeadline() const;

  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// The largest depth ever seen.
  [[nodiscard]] std::size_t peak() const { return peak_; }
  [[nodiscard]] Nanoseconds oldestWait(TimePoint now) const;

  /// New limits; entries beyond a smaller capacity stay.
  void setLimits(std::size_t capacity, Nanoseconds timeout);

 private:
  /// `successor` nullptr: at the tail.
  void insertBefore(QueueEntry* successor, QueueEntry& entry);

  std::size_t capacity_;
  Nanoseconds timeout_;
  QueueEntry* head_ = nullptr;
  QueueEntry* tail_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace iotcpd::redirector
