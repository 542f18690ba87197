#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "common/time/timer_heap.h"
#include "tests/unit/support/manual_clock.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

/// What one callback, or the test itself, does to one of the timers.
struct Step {
  enum class Kind { kSchedule, kCancel, kDestroy } kind;
  int target;
  Nanoseconds delay;
};

constexpr int kTimers = 24;

std::vector<Step> randomSteps(TestRandom& random) {
  std::vector<Step> steps(random.below(4));
  for (Step& step : steps) {
    const std::size_t kind = random.below(10);
    step.kind = kind < 6   ? Step::Kind::kSchedule
                : kind < 8 ? Step::Kind::kCancel
                           : Step::Kind::kDestroy;
    step.target = static_cast<int>(random.below(kTimers));
    step.delay = Nanoseconds(static_cast<std::int64_t>(random.below(12)) - 4);
  }
  return steps;
}

/// The steps of the n-th call of timer `id`: the same for heap and model.
std::vector<Step> stepsOfCall(std::uint64_t seed, int id, int call) {
  TestRandom random(seed * 1'000'003 + static_cast<std::uint64_t>(id * 1009 + call));
  return randomSteps(random);
}

using Log = std::vector<int>;

/// Timers that carry out steps when called. A destroyed one comes back when it is scheduled.
class HeapUnderTest {
 public:
  explicit HeapUnderTest(std::uint64_t seed) : seed_(seed), timers_(kTimers), calls_(kTimers) {}

  void apply(const std::vector<Step>& steps, TimePoint now) {
    for (const Step& step : steps) {
      auto& timer = timers_.at(static_cast<std::size_t>(step.target));
      if (step.kind == Step::Kind::kDestroy) {
        timer.reset();
      } else if (step.kind == Step::Kind::kCancel) {
        if (timer) timer->cancel();
      } else {
        if (!timer) timer = make(step.target);
        heap_.schedule(*timer, now + step.delay);
      }
    }
  }
  Log run(TimePoint now) {
    log_.clear();
    heap_.runDue(now);
    return log_;
  }
  [[nodiscard]] const TimerHeap& heap() const { return heap_; }
  [[nodiscard]] bool armed(int id) const {
    const auto& timer = timers_.at(static_cast<std::size_t>(id));
    return timer && timer->armed();
  }

 private:
  std::unique_ptr<Timer> make(int id) {
    return std::make_unique<Timer>([this, id](TimePoint now) {
      log_.push_back(id);
      log_.push_back(static_cast<int>(heap_.size()));
      // Afterwards this callback and what it holds may be gone.
      apply(stepsOfCall(seed_, id, calls_.at(static_cast<std::size_t>(id))++), now);
    });
  }

  std::uint64_t seed_;
  TimerHeap heap_;
  std::vector<std::unique_ptr<Timer>> timers_;
  std::vector<int> calls_;
  Log log_;
};

/// The same in the plainest way: a multimap keeps equal keys in the order of insertion.
class Model {
 public:
  explicit Model(std::uint64_t seed) : seed_(seed), calls_(kTimers) {}

  void apply(const std::vector<Step>& steps, TimePoint now) {
    for (const Step& step : steps) {
      remove(step.target);
      if (step.kind == Step::Kind::kSchedule) {
        deadlines_.emplace(now + step.delay, Entry{step.target, nextSchedule_++});
      }
    }
  }
  Log run(TimePoint now) {
    Log log;
    const std::multimap<TimePoint, Entry> before(deadlines_.begin(), deadlines_.upper_bound(now));
    for (const auto& [deadline, entry] : before) {
      if (!has(entry)) continue;
      remove(entry.id);
      log.push_back(entry.id);
      log.push_back(static_cast<int>(deadlines_.size()));
      apply(stepsOfCall(seed_, entry.id, calls_.at(static_cast<std::size_t>(entry.id))++), now);
    }
    return log;
  }
  [[nodiscard]] std::optional<TimePoint> earliest() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
  }
  [[nodiscard]] std::size_t size() const { return deadlines_.size(); }
  [[nodiscard]] bool armed(int id) const {
    return std::any_of(deadlines_.begin(), deadlines_.end(),
                       [&](const auto& item) { return item.second.id == id; });
  }

 private:
  struct Entry {
    int id;
    std::uint64_t schedule;  ///< tells a timer that was moved from what it was
  };

  [[nodiscard]] bool has(const Entry& entry) const {
    return std::any_of(deadlines_.begin(), deadlines_.end(),
                       [&](const auto& item) { return item.second.schedule == entry.schedule; });
  }
  void remove(int id) {
    std::erase_if(deadlines_, [&](const auto& item) { return item.second.id == id; });
  }

  std::uint64_t seed_;
  std::multimap<TimePoint, Entry> deadlines_;
  std::vector<int> calls_;
  std::uint64_t nextSchedule_ = 0;
};

TEST(TimerHeap, BehavesLikeAMultimapWhateverTheCallbacksDo) {
  std::size_t called = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    HeapUnderTest real(seed);
    Model model(seed);
    ManualClock clock;
    for (int round = 0; round < 60; ++round) {
      const std::vector<Step> steps = randomSteps(random);
      real.apply(steps, clock.now());
      model.apply(steps, clock.now());
      clock.advance(Nanoseconds(static_cast<std::int64_t>(random.below(4))));
      const Log log = model.run(clock.now());
      ASSERT_EQ(real.run(clock.now()), log) << "round " << round;
      ASSERT_EQ(real.heap().size(), model.size()) << "round " << round;
      ASSERT_EQ(real.heap().earliest(), model.earliest()) << "round " << round;
      for (int id = 0; id < kTimers; ++id) ASSERT_EQ(real.armed(id), model.armed(id)) << id;
      called += log.size() / 2;
    }
  }
  EXPECT_GT(called, 10'000U);
}

}  // namespace
}  // namespace iotcpd
