#include "redirector/policy/request_queue.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;

constexpr Nanoseconds kTimeout = milliseconds(500);

TimePoint at(std::int64_t ms) { return TimePoint(milliseconds(ms)); }

TEST(RequestQueue, AnEmptyQueueHasNoFrontNoDeadlineAndNoWait) {
  const RequestQueue queue(4, kTimeout);
  EXPECT_EQ(queue.front(), nullptr);
  EXPECT_EQ(queue.expired(at(1'000'000)), nullptr);
  EXPECT_EQ(queue.earliestDeadline(), std::nullopt);
  EXPECT_EQ(queue.oldestWait(at(1'000'000)), Nanoseconds(0));
  EXPECT_EQ(queue.depth(), 0U);
}

TEST(RequestQueue, ServesInTheOrderOfArrival) {
  RequestQueue queue(3, kTimeout);
  std::array<QueueEntry, 3> entries;
  for (QueueEntry& entry : entries) {
    ASSERT_TRUE(queue.join(entry, at(0)));
  }
  for (QueueEntry& entry : entries) {
    ASSERT_EQ(queue.front(), &entry);
    queue.leave(entry);
    EXPECT_FALSE(entry.queued);
  }
  EXPECT_EQ(queue.front(), nullptr);
}

TEST(RequestQueue, TakesAsManyAsItsCapacity) {
  RequestQueue queue(2, kTimeout);
  std::array<QueueEntry, 2> entries;
  EXPECT_TRUE(queue.join(entries[0], at(0)));
  EXPECT_TRUE(queue.join(entries[1], at(0)));
  EXPECT_TRUE(entries[1].queued);
}

TEST(RequestQueue, RefusesWhatExceedsItsCapacityAndLeavesItOutside) {
  RequestQueue queue(1, kTimeout);
  QueueEntry inside;
  QueueEntry outside;
  ASSERT_TRUE(queue.join(inside, at(0)));
  EXPECT_FALSE(queue.join(outside, at(0)));
  EXPECT_FALSE(outside.queued);
  EXPECT_EQ(queue.depth(), 1U);
  queue.leave(inside);
  EXPECT_TRUE(queue.join(outside, at(1))) << "a place was freed";
  EXPECT_EQ(queue.front(), &outside);
}

TEST(RequestQueue, WithoutCapacityNobodyQueues) {
  RequestQueue queue(0, kTimeout);
  QueueEntry entry;
  EXPECT_FALSE(queue.join(entry, at(0)));
}

TEST(RequestQueue, AnyEntryCanLeaveAndTheOthersKeepTheirOrder) {
  for (std::size_t leaver = 0; leaver < 3; ++leaver) {
    SCOPED_TRACE("leaver " + std::to_string(leaver));
    RequestQueue queue(3, kTimeout);
    std::array<QueueEntry, 3> entries;
    for (QueueEntry& entry : entries) {
      ASSERT_TRUE(queue.join(entry, at(0)));
    }
    queue.leave(entries[leaver]);
    for (std::size_t i = 0; i < 3; ++i) {
      if (i != leaver) {
        ASSERT_EQ(queue.front(), &entries[i]);
        queue.leave(entries[i]);
      }
    }
  }
}

TEST(RequestQueue, AnEntryExpiresAtItsDeadline) {
  RequestQueue queue(1, kTimeout);
  QueueEntry entry;
  ASSERT_TRUE(queue.join(entry, at(100)));
  EXPECT_EQ(queue.earliestDeadline(), at(600));
  EXPECT_EQ(queue.expired(at(600)), &entry);
  EXPECT_TRUE(entry.queued) << "expired() does not remove";
}

TEST(RequestQueue, AnEntryDoesNotExpireANanosecondEarly) {
  RequestQueue queue(1, kTimeout);
  QueueEntry entry;
  ASSERT_TRUE(queue.join(entry, at(100)));
  EXPECT_EQ(queue.expired(at(600) - Nanoseconds(1)), nullptr);
}

TEST(RequestQueue, TheDeadlineIsTheLongestWaitingEntrys) {
  RequestQueue queue(2, kTimeout);
  std::array<QueueEntry, 2> entries;
  ASSERT_TRUE(queue.join(entries[0], at(0)));
  ASSERT_TRUE(queue.join(entries[1], at(50)));
  EXPECT_EQ(queue.earliestDeadline(), at(500));
  EXPECT_EQ(queue.oldestWait(at(80)), milliseconds(80));
  queue.leave(entries[0]);
  EXPECT_EQ(queue.earliestDeadline(), at(550));
  EXPECT_EQ(queue.oldestWait(at(80)), milliseconds(30));
}

TEST(RequestQueue, AFailedHandOutComesBackToTheHeadAndKeepsItsDeadline) {
  RequestQueue queue(2, kTimeout);
  std::array<QueueEntry, 2> entries;
  ASSERT_TRUE(queue.join(entries[0], at(0)));
  ASSERT_TRUE(queue.join(entries[1], at(50)));
  queue.leave(entries[0]);
  queue.rejoin(entries[0]);
  EXPECT_EQ(queue.front(), &entries[0]);
  EXPECT_EQ(queue.earliestDeadline(), at(500));
}

TEST(RequestQueue, FailedHandOutsComeBackInTheOrderOfTheirWait) {
  RequestQueue queue(3, kTimeout);
  std::array<QueueEntry, 3> entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    ASSERT_TRUE(queue.join(entries[i], at(static_cast<std::int64_t>(i))));
  }
  queue.leave(entries[0]);
  queue.leave(entries[1]);
  queue.rejoin(entries[0]);
  queue.rejoin(entries[1]);
  for (QueueEntry& entry : entries) {
    ASSERT_EQ(queue.front(), &entry);
    queue.leave(entry);
  }
}

TEST(RequestQueue, AFailedHandOutComesBackEvenToAFullQueue) {
  RequestQueue queue(1, kTimeout);
  QueueEntry handedOut;
  QueueEntry newcomer;
  ASSERT_TRUE(queue.join(handedOut, at(0)));
  queue.leave(handedOut);
  ASSERT_TRUE(queue.join(newcomer, at(1)));
  queue.rejoin(handedOut);
  EXPECT_EQ(queue.depth(), 2U);
  EXPECT_EQ(queue.peak(), 2U);
  EXPECT_EQ(queue.front(), &handedOut);
}

TEST(RequestQueue, ThePeakOutlivesTheQueue) {
  RequestQueue queue(3, kTimeout);
  std::array<QueueEntry, 3> entries;
  for (QueueEntry& entry : entries) {
    ASSERT_TRUE(queue.join(entry, at(0)));
  }
  for (QueueEntry& entry : entries) {
    queue.leave(entry);
  }
  EXPECT_EQ(queue.depth(), 0U);
  EXPECT_EQ(queue.peak(), 3U);
}

TEST(RequestQueue, ASmallerCapacityKeepsThoseInsideAndRefusesNewcomers) {
  RequestQueue queue(2, kTimeout);
  std::array<QueueEntry, 3> entries;
  ASSERT_TRUE(queue.join(entries[0], at(0)));
  ASSERT_TRUE(queue.join(entries[1], at(0)));
  queue.setLimits(1, kTimeout);
  EXPECT_EQ(queue.depth(), 2U);
  EXPECT_FALSE(queue.join(entries[2], at(0)));
  queue.leave(entries[0]);
  EXPECT_FALSE(queue.join(entries[2], at(0)));
  queue.leave(entries[1]);
  EXPECT_TRUE(queue.join(entries[2], at(0)));
}

TEST(RequestQueue, ANewTimeoutHoldsForThoseWhoWaitAlready) {
  RequestQueue queue(1, kTimeout);
  QueueEntry entry;
  ASSERT_TRUE(queue.join(entry, at(0)));
  queue.setLimits(1, milliseconds(200));
  EXPECT_EQ(queue.earliestDeadline(), at(200));
  EXPECT_EQ(queue.expired(at(200)), &entry);
}

/// Drives a queue and a std::list of the same entries through the same random events.
class QueueAgainstModel {
 public:
  explicit QueueAgainstModel(std::uint64_t seed) : random_(seed, "request-queue-test") {}

  void step() {
    now_ += milliseconds(below(100));
    QueueEntry& entry = entries_[below(entries_.size())];
    const std::uint64_t choice = below(20);
    if (choice == 0) {
      setLimits();
    } else if (choice == 1) {
      expireOne();
    } else if (entry.queued) {
      leave(entry);
    } else if (choice < 6 && entry.since != TimePoint{}) {
      rejoin(entry);
    } else {
      join(entry);
    }
  }

  void compare() const {
    ASSERT_EQ(queue_.depth(), model_.size());
    ASSERT_EQ(queue_.peak(), peak_);
    ASSERT_EQ(queue_.front(), model_.empty() ? nullptr : model_.front());
    const QueueEntry* previous = nullptr;
    const QueueEntry* found = queue_.front();
    for (const QueueEntry* expected : model_) {
      ASSERT_EQ(found, expected);
      ASSERT_EQ(found->previous, previous);
      ASSERT_TRUE(found->queued);
      previous = found;
      found = found->next;
    }
    ASSERT_EQ(found, nullptr);
    ASSERT_EQ(queue_.oldestWait(now_),
              model_.empty() ? Nanoseconds(0) : now_ - model_.front()->since);
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_.next() % end; }

  void setLimits() {
    capacity_ = below(entries_.size() + 2);
    timeout_ = milliseconds(below(1000));
    queue_.setLimits(capacity_, timeout_);
  }

  void expireOne() {
    QueueEntry* const expected =
        !model_.empty() && now_ - model_.front()->since >= timeout_ ? model_.front() : nullptr;
    ASSERT_EQ(queue_.expired(now_), expected);
    if (expected != nullptr) {
      leave(*expected);
    }
  }

  void join(QueueEntry& entry) {
    const bool room = model_.size() < capacity_;
    ASSERT_EQ(queue_.join(entry, now_), room);
    if (room) {
      model_.push_back(&entry);
      peak_ = std::max(peak_, model_.size());
    }
  }

  void rejoin(QueueEntry& entry) {
    queue_.rejoin(entry);
    const auto waitsNoLonger = [&](const QueueEntry* other) { return other->since >= entry.since; };
    model_.insert(std::find_if(model_.begin(), model_.end(), waitsNoLonger), &entry);
    peak_ = std::max(peak_, model_.size());
  }

  void leave(QueueEntry& entry) {
    queue_.leave(entry);
    model_.remove(&entry);
  }

  RandomStream random_;
  std::size_t capacity_ = 8;
  Nanoseconds timeout_ = kTimeout;
  std::array<QueueEntry, 12> entries_;
  RequestQueue queue_{capacity_, timeout_};
  std::list<QueueEntry*> model_;
  std::size_t peak_ = 0;
  TimePoint now_ = at(1);
};

TEST(RequestQueue, AgreesWithAListUnderRandomEvents) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    QueueAgainstModel run(seed);
    for (int step = 0; step < 2000; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      run.step();
      run.compare();
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

}  // namespace
}  // namespace iotcpd::redirector
