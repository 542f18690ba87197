#include "loadgen/plan/rate_schedule.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

double expected(std::string_view text, Nanoseconds time) {
  return RateSchedule::parse(text).expectedUntil(time);
}
double highest(std::string_view text, Nanoseconds time) {
  return RateSchedule::parse(text).highestRateUntil(time);
}

TEST(RateSchedule, ExpectsTheIntegralOfTheRate) {
  EXPECT_DOUBLE_EQ(expected("1000/s", seconds(5)), 5000);
  EXPECT_DOUBLE_EQ(expected("90/min", seconds(2)), 3);
  EXPECT_DOUBLE_EQ(expected("1000/s", milliseconds(1)), 1);
  EXPECT_DOUBLE_EQ(expected("1000/s", Nanoseconds(0)), 0);
  EXPECT_DOUBLE_EQ(expected("1000/s", -seconds(1)), 0);
}

TEST(RateSchedule, ARampExpectsTheAreaOfATrapezium) {
  constexpr std::string_view kRamp = "100/s for 10s, ramp to 2000/s over 30s";
  EXPECT_DOUBLE_EQ(expected(kRamp, seconds(10)), 1000);
  EXPECT_DOUBLE_EQ(expected(kRamp, seconds(25)), 1000 + (100 + 1050) / 2.0 * 15);
  EXPECT_DOUBLE_EQ(expected(kRamp, seconds(40)), 1000 + (100 + 2000) / 2.0 * 30);
  EXPECT_DOUBLE_EQ(expected("10/s for 1s, ramp to 0/s over 10s", seconds(6)), 10 + 7.5 * 5);
}

TEST(RateSchedule, AFirstRampBeginsAtZero) {
  EXPECT_DOUBLE_EQ(expected("ramp to 100/s over 10s", seconds(5)), 125);
  EXPECT_DOUBLE_EQ(expected("ramp to 100/s over 10s, ramp to 100/s over 10s", seconds(15)), 1000);
}

TEST(RateSchedule, AStepGoesUpAtOnceAndAgainEachTime) {
  constexpr std::string_view kSteps = "2000/s for 1s, step 500/s every 5s";
  EXPECT_DOUBLE_EQ(expected(kSteps, seconds(6)), 2000 + 2500 * 5);
  EXPECT_DOUBLE_EQ(expected(kSteps, seconds(12)), 2000 + 2500 * 5 + 3000 * 5 + 3500);
  EXPECT_DOUBLE_EQ(expected("step 100/s every 1s", seconds(1)), 100);
}

TEST(RateSchedule, AStepWithAnEndStopsThereAndIsTimedLikeTheOthers) {
  const RateSchedule schedule = RateSchedule::parse("step 100/s every 1s to 250/s, 10/s for 1s");
  EXPECT_EQ(schedule.length(), seconds(4));
  EXPECT_DOUBLE_EQ(schedule.expectedUntil(seconds(3)), 100 + 200 + 250);
  EXPECT_DOUBLE_EQ(schedule.expectedUntil(seconds(4)), 100 + 200 + 250 + 10);
}

TEST(RateSchedule, EndlessStepsStayAtTheHighestRateThereIs) {
  EXPECT_DOUBLE_EQ(highest("step 6000000/s every 1s", seconds(1)), 6e6);
  EXPECT_DOUBLE_EQ(highest("step 6000000/s every 1s", hours(1)), 1e7);
  EXPECT_DOUBLE_EQ(expected("step 6000000/s every 1s", seconds(3)), 6e6 + 1e7 + 1e7);
}

TEST(RateSchedule, AfterItsEndNothingMoreIsExpected) {
  EXPECT_DOUBLE_EQ(expected("100/s for 10s", hours(1)), 1000);
  EXPECT_DOUBLE_EQ(highest("100/s for 10s, ramp to 10/s over 1s", hours(1)), 100);
}

TEST(RateSchedule, TheHighestRateIsOneOfTheTimeAsked) {
  constexpr std::string_view kRamp = "100/s for 10s, ramp to 300/s over 10s, 900/s";
  EXPECT_DOUBLE_EQ(highest(kRamp, seconds(10)), 100);
  EXPECT_DOUBLE_EQ(highest(kRamp, seconds(15)), 200);
  EXPECT_DOUBLE_EQ(highest(kRamp, seconds(20)), 300);
  EXPECT_DOUBLE_EQ(highest(kRamp, seconds(21)), 900);
  EXPECT_DOUBLE_EQ(highest("0/s", seconds(21)), 0);
}

TEST(RateSchedule, HasALengthUnlessItsLastPartGoesOnForEver) {
  const auto length = [](std::string_view text) { return RateSchedule::parse(text).length(); };
  EXPECT_EQ(length("1000/s"), std::nullopt);
  EXPECT_EQ(length("10/s for 5s, step 1/s every 1s"), std::nullopt);
  EXPECT_EQ(length("10/s for 5s, 0/s"), std::nullopt);
  EXPECT_EQ(length("10/s for 5s"), seconds(5));
  EXPECT_EQ(length("0/s for 24h, ramp to 1/h over 24h"), hours(48));
  EXPECT_EQ(length("step 1/s every 2s to 10/s"), seconds(20));
  EXPECT_EQ(length("ramp to 7/s over 2s, step 1/s every 2s to 7.5/s"), seconds(4));
}

TEST(RateSchedule, TheSameTextsAreTheSameScheduleAndOthersAreNot) {
  EXPECT_EQ(RateSchedule::parse(" 10/s  for 60s "), RateSchedule::parse("10/s for 1m"));
  EXPECT_FALSE(RateSchedule::parse("10/s for 60s") == RateSchedule::parse("10/s for 61s"));
}

}  // namespace
}  // namespace iotcpd::loadgen
