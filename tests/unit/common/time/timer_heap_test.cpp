#include "common/time/timer_heap.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/manual_clock.h"

namespace iotcpd {
namespace {

using namespace std::chrono_literals;

/// A heap, a clock, and timers that log their names when they are called.
class TimerHeapTest : public ::testing::Test {
 protected:
  using Action = std::function<void()>;

  std::unique_ptr<Timer> timer(const std::string& name, Action action = {}) {
    return std::make_unique<Timer>([this, name, action = std::move(action)](TimePoint) {
      calls_ += name;
      if (action) action();
    });
  }
  [[nodiscard]] TimePoint in(Nanoseconds time) const { return clock_.now() + time; }
  /// The names of those called.
  std::string run() {
    calls_.clear();
    heap_.runDue(clock_.now());
    return calls_;
  }

  ManualClock clock_;
  TimerHeap heap_;
  std::string calls_;
};

TEST_F(TimerHeapTest, CallsTimersWhenTheirDeadlineHasComeAndNotBefore) {
  const auto a = timer("a");
  heap_.schedule(*a, in(10ms));
  clock_.advance(10ms - 1ns);
  EXPECT_EQ(run(), "");
  EXPECT_TRUE(a->armed());
  clock_.advance(1ns);
  EXPECT_EQ(run(), "a");
  EXPECT_FALSE(a->armed());
  EXPECT_EQ(run(), "");
}

TEST_F(TimerHeapTest, CallsTheEarliestFirst) {
  const auto a = timer("a");
  const auto b = timer("b");
  const auto c = timer("c");
  heap_.schedule(*c, in(3ms));
  heap_.schedule(*a, in(1ms));
  heap_.schedule(*b, in(2ms));
  clock_.advance(5ms);
  EXPECT_EQ(run(), "abc");
}

TEST_F(TimerHeapTest, CallsEqualDeadlinesInTheOrderOfScheduling) {
  std::vector<std::unique_ptr<Timer>> timers;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    timers.push_back(timer(name));
    heap_.schedule(*timers.back(), in(1ms));
  }
  heap_.schedule(*timers[1], in(1ms));
  clock_.advance(1ms);
  EXPECT_EQ(run(), "acdeb");
}

TEST_F(TimerHeapTest, TellsTheTimeOfTheRun) {
  std::optional<TimePoint> told;
  Timer late([&](TimePoint now) { told = now; });
  heap_.schedule(late, in(1ms));
  clock_.advance(7ms);
  heap_.runDue(clock_.now());
  EXPECT_EQ(told, clock_.now());
}

TEST_F(TimerHeapTest, KnowsTheEarliestDeadline) {
  EXPECT_EQ(heap_.earliest(), std::nullopt);
  const auto a = timer("a");
  const auto b = timer("b");
  heap_.schedule(*a, in(2ms));
  EXPECT_EQ(a->deadline(), in(2ms));
  heap_.schedule(*b, in(1ms));
  EXPECT_EQ(heap_.earliest(), in(1ms));
  b->cancel();
  EXPECT_EQ(heap_.earliest(), in(2ms));
}

TEST_F(TimerHeapTest, CancelledTimerIsNotCalled) {
  const auto a = timer("a");
  heap_.schedule(*a, in(1ms));
  a->cancel();
  EXPECT_FALSE(a->armed());
  EXPECT_EQ(heap_.size(), 0U);
  a->cancel();
  clock_.advance(1ms);
  EXPECT_EQ(run(), "");
}

TEST_F(TimerHeapTest, DestroyedTimerLeavesTheHeap) {
  auto a = timer("a");
  heap_.schedule(*a, in(1ms));
  a.reset();
  EXPECT_EQ(heap_.size(), 0U);
  clock_.advance(1ms);
  EXPECT_EQ(run(), "");
}

TEST_F(TimerHeapTest, SchedulingAgainMovesTheTimer) {
  const auto a = timer("a");
  const auto b = timer("b");
  heap_.schedule(*a, in(1ms));
  heap_.schedule(*b, in(2ms));
  heap_.schedule(*a, in(3ms));
  EXPECT_EQ(heap_.size(), 2U);
  clock_.advance(2ms);
  EXPECT_EQ(run(), "b");
  clock_.advance(1ms);
  EXPECT_EQ(run(), "a");
}

TEST_F(TimerHeapTest, CancelInAnotherHeapDoesNothing) {
  const auto a = timer("a");
  heap_.schedule(*a, in(1ms));
  TimerHeap other;
  other.cancel(*a);
  EXPECT_TRUE(a->armed());
}

TEST_F(TimerHeapTest, TimersOutliveTheHeap) {
  const auto a = timer("a");
  {
    TimerHeap shortLived;
    shortLived.schedule(*a, in(1ms));
  }
  EXPECT_FALSE(a->armed());
  heap_.schedule(*a, in(1ms));
  EXPECT_EQ(heap_.size(), 1U);
}

TEST_F(TimerHeapTest, CallbackMayScheduleItsTimerAgain) {
  std::unique_ptr<Timer> a = timer("a", [&] { heap_.schedule(*a, in(1ms)); });
  heap_.schedule(*a, in(1ms));
  for (int i = 0; i < 3; ++i) {
    clock_.advance(1ms);
    EXPECT_EQ(run(), "a");
  }
}

TEST_F(TimerHeapTest, TimerScheduledForNowOrBeforeByACallbackWaitsForTheNextRun) {
  const auto b = timer("b");
  std::unique_ptr<Timer> a = timer("a", [&] {
    heap_.schedule(*a, in(0ms));
    heap_.schedule(*b, in(-5ms));
  });
  heap_.schedule(*a, in(0ms));
  EXPECT_EQ(run(), "a");
  EXPECT_EQ(run(), "ba");
}

TEST_F(TimerHeapTest, DueTimerMovedByACallbackWaitsForTheNextRun) {
  const auto b = timer("b");
  const auto a = timer("a", [&] { heap_.schedule(*b, in(0ms)); });
  heap_.schedule(*a, in(0ms));
  heap_.schedule(*b, in(0ms));
  EXPECT_EQ(run(), "a");
  EXPECT_EQ(run(), "b");
}

TEST_F(TimerHeapTest, DueTimerCancelledByACallbackIsNotCalled) {
  const auto b = timer("b");
  const auto c = timer("c");
  const auto a = timer("a", [&] { b->cancel(); });
  for (Timer* each : {a.get(), b.get(), c.get()}) heap_.schedule(*each, in(0ms));
  EXPECT_EQ(run(), "ac");
  EXPECT_EQ(heap_.size(), 0U);
}

TEST_F(TimerHeapTest, DueTimerDestroyedByACallbackIsNotCalled) {
  auto b = timer("b");
  const auto c = timer("c");
  const auto a = timer("a", [&] { b.reset(); });
  for (Timer* each : {a.get(), b.get(), c.get()}) heap_.schedule(*each, in(0ms));
  EXPECT_EQ(run(), "ac");
}

TEST_F(TimerHeapTest, CallbackMayDestroyItsOwnTimer) {
  std::string seenAfterwards;
  std::unique_ptr<Timer> a;
  // The string is held by the callback and read after the timer is gone.
  a = timer("a", [this, &a, &seenAfterwards, held = std::string(100, 'x')] {
    a.reset();
    seenAfterwards = held + calls_;
  });
  heap_.schedule(*a, in(0ms));
  EXPECT_EQ(run(), "a");
  EXPECT_EQ(a, nullptr);
  EXPECT_EQ(seenAfterwards, std::string(100, 'x') + "a");
}

TEST_F(TimerHeapTest, CallbackMayDestroyTimersCalledBeforeIt) {
  auto a = timer("a");
  const auto b = timer("b", [&] { a.reset(); });
  heap_.schedule(*a, in(0ms));
  heap_.schedule(*b, in(0ms));
  EXPECT_EQ(run(), "ab");
}

TEST_F(TimerHeapTest, DueTimersStayArmedAndCountedUntilTheyAreCalled) {
  const auto b = timer("b");
  const auto late = timer("late");
  const std::unique_ptr<Timer> a = timer("a", [&] {
    EXPECT_FALSE(a->armed());
    EXPECT_TRUE(b->armed());
    EXPECT_EQ(heap_.size(), 1U);
    EXPECT_EQ(heap_.earliest(), in(0ms));
    heap_.schedule(*late, in(-1ms));
    EXPECT_EQ(heap_.earliest(), in(-1ms));
    b->cancel();
    late->cancel();
    EXPECT_EQ(heap_.size(), 0U);
    EXPECT_EQ(heap_.earliest(), std::nullopt);
  });
  heap_.schedule(*a, in(-1ms));
  heap_.schedule(*b, in(0ms));
  EXPECT_EQ(run(), "a");
}

}  // namespace
}  // namespace iotcpd
