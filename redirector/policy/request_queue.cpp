#include "redirector/policy/request_queue.h"

#include <algorithm>
#include <cassert>

namespace iotcpd::redirector {

bool RequestQueue::join(QueueEntry& entry, TimePoint now) {
  assert(!entry.queued);
  if (depth_ >= capacity_) {
    return false;
  }
  entry.since = now;
  insertBefore(nullptr, entry);
  return true;
}

void RequestQueue::rejoin(QueueEntry& entry) {
  assert(!entry.queued);
  QueueEntry* successor = head_;
  while (successor != nullptr && successor->since < entry.since) {
    successor = successor->next;
  }
  insertBefore(successor, entry);
}

void RequestQueue::leave(QueueEntry& entry) {
  assert(entry.queued);
  (entry.previous == nullptr ? head_ : entry.previous->next) = entry.next;
  (entry.next == nullptr ? tail_ : entry.next->previous) = entry.previous;
  entry.previous = nullptr;
  entry.next = nullptr;
  entry.queued = false;
  --depth_;
}

QueueEntry* RequestQueue::expired(TimePoint now) const {
  return head_ != nullptr && now >= head_->since + timeout_ ? head_ : nullptr;
}

std::optional<TimePoint> RequestQueue::earliestDeadline() const {
  if (head_ == nullptr) {
    return std::nullopt;
  }
  return head_->since + timeout_;
}

Nanoseconds RequestQueue::oldestWait(TimePoint now) const {
  return head_ == nullptr ? Nanoseconds(0) : now - head_->since;
}

void RequestQueue::setLimits(std::size_t capacity, Nanoseconds timeout) {
  capacity_ = capacity;
  timeout_ = timeout;
}

void RequestQueue::insertBefore(QueueEntry* successor, QueueEntry& entry) {
  entry.next = successor;
  entry.previous = successor == nullptr ? tail_ : successor->previous;
  (entry.previous == nullptr ? head_ : entry.previous->next) = &entry;
  (successor == nullptr ? tail_ : successor->previous) = &entry;
  entry.queued = true;
  ++depth_;
  peak_ = std::max(peak_, depth_);
}

}  // namespace iotcpd::redirector
