#include "loadgen/plan/schedule_segments.h"

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int64_t kOnePerSecond = 3'600'000'000;

Rate perSecond(std::uint64_t rate) { return {rate * 1'000'000, Rate::Unit::kSecond}; }

ScheduleSegment segmentOf(std::int64_t startRate, std::int64_t endRate, Nanoseconds length) {
  ScheduleSegment segment;
  segment.length = length;
  segment.startRate = startRate;
  segment.endRate = endRate;
  segment.endCount = segment.countWithin(length);
  return segment;
}

TEST(ScheduleSegment, CountsWithoutRounding) {
  const ScheduleSegment flat = segmentOf(3 * kOnePerSecond, 3 * kOnePerSecond, seconds(7));
  EXPECT_TRUE(flat.endCount == 21 * kOneArrival);
  const ScheduleSegment ramp = segmentOf(kOnePerSecond, 3 * kOnePerSecond, seconds(7));
  EXPECT_TRUE(ramp.endCount == 14 * kOneArrival);
  const ScheduleSegment most = segmentOf(kHighestRate, kHighestRate, kLongestSchedule);
  EXPECT_TRUE(most.endCount == kOneArrival * 10'000'000 * 36'000'000);
}

TEST(ScheduleSegment, RoundsDownInRisingAndFallingRampsAlike) {
  // 3 / 7 and 6 - 3 / 7.
  EXPECT_TRUE(segmentOf(0, 3, Nanoseconds(7)).countWithin(Nanoseconds(1)) == 0);
  EXPECT_TRUE(segmentOf(3, 0, Nanoseconds(7)).countWithin(Nanoseconds(1)) == 5);
}

TEST(ScheduleSegment, IsExactAtTheEndOfADayAtTheHighestRate) {
  const ScheduleSegment day = segmentOf(kHighestRate, kHighestRate, hours(24));
  for (std::int64_t k = 863'999'990'000; k < 864'000'000'000; ++k) {
    ASSERT_EQ(day.timeOf(k * kOneArrival), Nanoseconds(k * 100));
  }
}

TEST(ScheduleSegment, TheTimeOfACountIsTheLastNanosecondThatDoesNotExceedIt) {
  for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    const auto rate = [&] {
      return static_cast<std::int64_t>(random.ofAnySize(56) %
                                       static_cast<std::uint64_t>(kHighestRate + 1));
    };
    const auto length = static_cast<std::int64_t>(1 + random.ofAnySize(46));
    const ScheduleSegment segment = segmentOf(rate(), rate(), Nanoseconds(length));
    if (segment.endCount == 0) continue;
    for (int i = 0; i < 20; ++i) {
      const ArrivalCount count =
          ArrivalCount{segment.endCount / 1'000'000} * static_cast<int>(random.below(1'000'000)) +
          static_cast<int>(random.below(2));
      if (count >= segment.endCount) continue;
      const Nanoseconds time = segment.timeOf(count);
      ASSERT_GE(time, Nanoseconds(0));
      ASSERT_LT(time, segment.length);
      ASSERT_TRUE(segment.countWithin(time) <= count);
      ASSERT_TRUE(segment.countWithin(time + Nanoseconds(1)) >= count ||
                  time + Nanoseconds(1) == segment.length);
    }
  }
}

TEST(ScheduleSegment, ARampFromOrToNothingBeginsAndEndsInTime) {
  const ScheduleSegment rising = segmentOf(0, 3, hours(24));
  EXPECT_EQ(rising.timeOf(0), Nanoseconds(0));
  const ScheduleSegment falling = segmentOf(3, 0, hours(24));
  EXPECT_EQ(falling.timeOf(0), Nanoseconds(0));
  EXPECT_LT(falling.timeOf(falling.endCount - 1), hours(24));
  EXPECT_GT(falling.timeOf(falling.endCount - 1), hours(23));
}

TEST(ScheduleSegment, KnowsItsRateInBetween) {
  const ScheduleSegment ramp = segmentOf(kOnePerSecond, 3 * kOnePerSecond, seconds(8));
  EXPECT_DOUBLE_EQ(ramp.rateAt(seconds(2)), 1.5 * kOnePerSecond);
}

TEST(SegmentWalk, JoinsSegmentsInTimeRateAndCount) {
  using Kind = SchedulePart::Kind;
  SegmentWalk walk({{Kind::kConstant, perSecond(2), seconds(3), {}},
                    {Kind::kRamp, perSecond(4), seconds(2), {}},
                    {Kind::kStep, perSecond(3), seconds(1), perSecond(8)}});
  const auto expectSegment = [&](int start, int length, int startRate, int endRate, int count) {
    const ScheduleSegment& segment = walk.current();
    EXPECT_EQ(segment.start, seconds(start));
    EXPECT_EQ(segment.length, seconds(length));
    EXPECT_EQ(segment.startRate, startRate * kOnePerSecond);
    EXPECT_EQ(segment.endRate, endRate * kOnePerSecond);
    EXPECT_TRUE(segment.startCount == count * kOneArrival);
  };
  expectSegment(0, 3, 2, 2, 0);
  ASSERT_TRUE(walk.advance());
  expectSegment(3, 2, 2, 4, 6);
  ASSERT_TRUE(walk.advance());
  expectSegment(5, 1, 7, 7, 12);
  ASSERT_TRUE(walk.advance());
  expectSegment(6, 1, 8, 8, 19);
  EXPECT_FALSE(walk.advance());
  expectSegment(6, 1, 8, 8, 19);
}

TEST(SegmentWalk, AnEndlessStepStaysAfterItsLast) {
  SegmentWalk walk(
      {{SchedulePart::Kind::kStep, {1, Rate::Unit::kHour}, std::chrono::milliseconds(1), {}}});
  std::uint64_t count = 1;
  while (walk.advance()) ++count;
  EXPECT_EQ(count, kMostSteps);
  EXPECT_EQ(walk.current().startRate, static_cast<std::int64_t>(kMostSteps));
  EXPECT_EQ(walk.current().start + walk.current().length, kLongestSchedule);
}

TEST(StepCount, RoundsUpAndIsNothingWhenThereIsNowhereToGo) {
  const SchedulePart part{SchedulePart::Kind::kStep, perSecond(3), seconds(1), perSecond(8)};
  EXPECT_EQ(stepCount(part, 0), 3U);
  EXPECT_EQ(stepCount(part, 2 * kOnePerSecond), 2U);
  EXPECT_EQ(stepCount(part, 8 * kOnePerSecond), 0U);
  EXPECT_EQ(stepCount(part, 9 * kOnePerSecond), 0U);
}

}  // namespace
}  // namespace iotcpd::loadgen
