#include "loadgen/drive/target_rate.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RunSettings settingsOf(std::string_view rate, Arrivals arrivals = Arrivals::kConstant) {
  RunSettings settings;
  settings.plan.rate = RateSchedule::parse(rate);
  settings.plan.arrivals = arrivals;
  return settings;
}

Result resultOf(std::uint64_t ordinary, std::uint64_t misbehaving = 0) {
  Result result;
  result.outcomes.add(Outcome::kOk, ordinary);
  result.misbehaved[1].add(Outcome::kOk, misbehaving);
  result.planned = ordinary + misbehaving;
  return result;
}

ScheduleEnd endAt(Nanoseconds lastDue) { return {.lastDue = lastDue, .cutShort = {}}; }

ScheduleEnd cutShortAt(Nanoseconds time) { return {.lastDue = seconds(0), .cutShort = time}; }

TEST(TargetRate, IsTheScheduledOneHoweverFewRequestsThereAre) {
  EXPECT_NEAR(targetRateOf(settingsOf("10/s"), resultOf(5), endAt(milliseconds(400))), 10, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1/s"), resultOf(2), endAt(seconds(1))), 1, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1/s"), resultOf(1), endAt(seconds(0))), 1, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1000/s"), resultOf(3), endAt(milliseconds(2))), 1000, 1e-6);
}

TEST(TargetRate, LeavesTheWarmUpOut) {
  RunSettings settings = settingsOf("10/s for 2s, 50/s");
  settings.warmup = seconds(2);
  EXPECT_NEAR(targetRateOf(settings, resultOf(100), endAt(seconds(4))), 50, 1e-6);
}

TEST(TargetRate, AScheduleThatCutsAnIntervalShortHasPlannedItsRequestAllTheSame) {
  RunSettings settings = settingsOf("1/h");
  settings.plan.duration = seconds(2);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), endAt(seconds(0))), 0.5, 1e-6);
  settings.plan.duration = seconds(7200);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), endAt(seconds(0))), 1 / 3600.0, 1e-9);
}

TEST(TargetRate, IsNotThinnedOutByATimeAfterTheSchedule) {
  EXPECT_NEAR(targetRateOf(settingsOf("100/s for 1s"), resultOf(100), endAt(seconds(10))), 100,
              1e-6);
}

TEST(TargetRate, IsThatOfOrdinaryRequests) {
  EXPECT_NEAR(targetRateOf(settingsOf("100/s"), resultOf(90, 10), endAt(seconds(1))), 90, 1e-6);
}

TEST(TargetRate, OfRandomArrivalsIsThatOfThoseThatThereWereOverTheWholeSchedule) {
  RunSettings settings = settingsOf("100/s", Arrivals::kPoisson);
  settings.plan.duration = seconds(2);
  EXPECT_NEAR(targetRateOf(settings, resultOf(194), endAt(milliseconds(1990))), 97, 1e-6);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), endAt(milliseconds(660))), 0.5, 1e-6);
  settings.warmup = seconds(1);
  EXPECT_NEAR(targetRateOf(settings, resultOf(97), endAt(milliseconds(1990))), 97, 1e-6);
}

TEST(TargetRate, OfRandomArrivalsThatANumberEndsCountsAMeanIntervalAfterTheLast) {
  RunSettings settings = settingsOf("100/s", Arrivals::kPoisson);
  settings.plan.most = 98;
  EXPECT_NEAR(targetRateOf(settings, resultOf(98), endAt(seconds(1))), 97, 1e-6);
  settings.plan.duration = seconds(7);
  EXPECT_NEAR(targetRateOf(settings, resultOf(98), endAt(seconds(1))), 97, 1e-6);
  EXPECT_NEAR(targetRateOf(settings, resultOf(70), endAt(seconds(1))), 10, 1e-6);
}

TEST(TargetRate, OfAPlanFileCountsAMeanIntervalAfterTheLast) {
  RunSettings settings;
  settings.plan.planFile = "five.plan";
  EXPECT_NEAR(targetRateOf(settings, resultOf(5), endAt(milliseconds(400))), 10, 1e-6);
  EXPECT_NEAR(targetRateOf(settings, resultOf(4, 1), endAt(milliseconds(400))), 8, 1e-6);
  settings.plan.duration = milliseconds(410);
  EXPECT_NEAR(targetRateOf(settings, resultOf(5), endAt(milliseconds(400))), 5 / 0.41, 1e-6);
  settings.plan.duration.reset();
  EXPECT_EQ(targetRateOf(settings, resultOf(1), endAt(seconds(0))), 0);
}

TEST(TargetRate, OfAScheduleThatWasCutShortIsThatUntilThen) {
  RunSettings settings = settingsOf("1/min");
  settings.plan.duration = seconds(600);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), cutShortAt(seconds(2))), 0.5, 1e-6);
  settings.plan.arrivals = Arrivals::kPoisson;
  EXPECT_NEAR(targetRateOf(settings, resultOf(3), cutShortAt(seconds(60))), 0.05, 1e-6);
}

TEST(PlannedTime, EndsWhereTheScheduleWasCutShort) {
  RunSettings settings = settingsOf("1/min");
  settings.warmup = seconds(1);
  Result result = resultOf(1);
  result.targetRate = 1 / 60.0;
  EXPECT_EQ(plannedTimeOf(settings, result, cutShortAt(seconds(3))), seconds(2));
}

TEST(PlannedTime, TheLastRequestStandsForAnIntervalToo) {
  Result result = resultOf(5);
  result.targetRate = 10;
  EXPECT_EQ(plannedTimeOf(settingsOf("10/s"), result, endAt(seconds(0))), milliseconds(500));
}

TEST(PlannedTime, EndsWithTheScheduleAtTheLatest) {
  Result result = resultOf(1);
  result.targetRate = 1 / 3600.0;
  RunSettings settings = settingsOf("1/h");
  settings.plan.duration = seconds(3);
  EXPECT_EQ(plannedTimeOf(settings, result, endAt(seconds(0))), seconds(3));
  settings.warmup = seconds(1);
  EXPECT_EQ(plannedTimeOf(settings, result, endAt(seconds(0))), seconds(2));
  EXPECT_EQ(plannedTimeOf(settingsOf("1/h for 4s"), result, endAt(seconds(0))), seconds(4));
}

TEST(PlannedTime, WithoutATargetRateThereIsNone) {
  EXPECT_EQ(plannedTimeOf(RunSettings{}, resultOf(5), endAt(seconds(0))), seconds(0));
}

TEST(TargetRate, AClosedLoopHasNone) {
  EXPECT_EQ(targetRateOf(RunSettings{}, resultOf(100), endAt(seconds(1))), 0);
}

}  // namespace
}  // namespace iotcpd::loadgen
