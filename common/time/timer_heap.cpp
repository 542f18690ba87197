#include "common/time/timer_heap.h"

#include <algorithm>
#include <cassert>

namespace iotcpd {

Timer::~Timer() {
  if (destroyed_ != nullptr) *destroyed_ = true;
  cancel();
}

void Timer::cancel() {
  if (heap_ != nullptr) heap_->cancel(*this);
}

TimerHeap::~TimerHeap() {
  assert(due_.empty());
  for (Timer* timer : heap_) timer->heap_ = nullptr;
}

void TimerHeap::schedule(Timer& timer, TimePoint deadline) {
  assert(timer.heap_ == nullptr || timer.heap_ == this);
  if (timer.isDue_) disarm(timer);
  const bool isNew = timer.heap_ == nullptr;
  timer.heap_ = this;
  timer.deadline_ = deadline;
  timer.order_ = nextOrder_++;
  if (isNew) {
    heap_.push_back(&timer);
    siftUp(heap_.size() - 1);
  } else {
    siftUp(timer.index_);
    siftDown(timer.index_);
  }
}

void TimerHeap::cancel(Timer& timer) {
  if (timer.heap_ != this) return;
  disarm(timer);
}

std::optional<TimePoint> TimerHeap::earliest() const {
  std::optional<TimePoint> result;
  if (!heap_.empty()) result = heap_.front()->deadline_;
  for (const Timer* timer : due_) {
    if (timer == nullptr) continue;
    // Those in due_ are in order, so the first one settles it.
    return result ? std::min(*result, timer->deadline_) : timer->deadline_;
  }
  return result;
}

void TimerHeap::runDue(TimePoint now) {
  assert(due_.empty());
  takeDue(now);
  for (Timer* timer : due_) {
    if (timer == nullptr) continue;
    disarm(*timer);
    call(*timer, now);
  }
  due_.clear();
}

bool TimerHeap::isBefore(const Timer& left, const Timer& right) {
  if (left.deadline_ != right.deadline_) return left.deadline_ < right.deadline_;
  return left.order_ < right.order_;
}

/// noexcept: an exception would leave the heap in the middle of a run.
void TimerHeap::call(Timer& timer, TimePoint now) noexcept {
  bool destroyed = false;
  timer.destroyed_ = &destroyed;
  // Moved out because the callback may destroy its timer, and the function that runs with it.
  Timer::Callback callback = std::move(timer.callback_);
  callback(now);
  if (destroyed) return;
  timer.callback_ = std::move(callback);
  timer.destroyed_ = nullptr;
}

/// Moves all timers due at `now` from the heap to `due_`; they stay armed until they are called.
void TimerHeap::takeDue(TimePoint now) {
  while (!heap_.empty() && heap_.front()->deadline_ <= now) {
    Timer* timer = removeAt(0);
    timer->isDue_ = true;
    timer->index_ = due_.size();
    due_.push_back(timer);
  }
  dueLeft_ = due_.size();
}

void TimerHeap::disarm(Timer& timer) {
  if (timer.isDue_) {
    due_[timer.index_] = nullptr;
    --dueLeft_;
    timer.isDue_ = false;
  } else {
    removeAt(timer.index_);
  }
  timer.heap_ = nullptr;
}

Timer* TimerHeap::removeAt(std::size_t index) {
  Timer* removed = heap_[index];
  Timer* last = heap_.back();
  heap_.pop_back();
  if (last != removed) {
    place(last, index);
    siftUp(index);
    siftDown(last->index_);
  }
  return removed;
}

void TimerHeap::siftUp(std::size_t index) {
  Timer* timer = heap_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (!isBefore(*timer, *heap_[parent])) break;
    place(heap_[parent], index);
    index = parent;
  }
  place(timer, index);
}

void TimerHeap::siftDown(std::size_t index) {
  Timer* timer = heap_[index];
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && isBefore(*heap_[child + 1], *heap_[child])) ++child;
    if (!isBefore(*heap_[child], *timer)) break;
    place(heap_[child], index);
    index = child;
  }
  place(timer, index);
}

void TimerHeap::place(Timer* timer, std::size_t index) {
  heap_[index] = timer;
  timer->index_ = index;
}

}  // namespace iotcpd
