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

TEST(TargetRate, IsTheScheduledOneHoweverFewRequestsThereAre) {
  EXPECT_NEAR(targetRateOf(settingsOf("10/s"), resultOf(5), milliseconds(400)), 10, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1/s"), resultOf(2), seconds(1)), 1, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1/s"), resultOf(1), seconds(0)), 1, 1e-6);
  EXPECT_NEAR(targetRateOf(settingsOf("1000/s"), resultOf(3), milliseconds(2)), 1000, 1e-6);
}

TEST(TargetRate, LeavesTheWarmUpOut) {
  RunSettings settings = settingsOf("10/s for 2s, 50/s");
  settings.warmup = seconds(2);
  EXPECT_NEAR(targetRateOf(settings, resultOf(100), seconds(4)), 50, 1e-6);
}

TEST(TargetRate, AScheduleThatCutsAnIntervalShortHasPlannedItsRequestAllTheSame) {
  RunSettings settings = settingsOf("1/h");
  settings.plan.duration = seconds(2);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), seconds(0)), 0.5, 1e-6);
  settings.plan.duration = seconds(7200);
  EXPECT_NEAR(targetRateOf(settings, resultOf(1), seconds(0)), 1 / 3600.0, 1e-9);
}

TEST(TargetRate, IsNotThinnedOutByATimeAfterTheSchedule) {
  EXPECT_NEAR(targetRateOf(settingsOf("100/s for 1s"), resultOf(100), seconds(10)), 100, 1e-6);
}

TEST(TargetRate, IsThatOfOrdinaryRequests) {
  EXPECT_NEAR(targetRateOf(settingsOf("100/s"), resultOf(90, 10), seconds(1)), 90, 1e-6);
}

TEST(TargetRate, OfRandomArrivalsIsThatOfThoseThatThereWere) {
  const RunSettings settings = settingsOf("100/s", Arrivals::kPoisson);
  EXPECT_NEAR(targetRateOf(settings, resultOf(97), seconds(1)), 97, 1e-6);
  EXPECT_EQ(targetRateOf(settings, resultOf(1), seconds(0)), 0);
}

TEST(PlannedTime, TheLastRequestStandsForAnIntervalToo) {
  Result result = resultOf(5);
  result.targetRate = 10;
  EXPECT_EQ(plannedTimeOf(settingsOf("10/s"), result), milliseconds(500));
}

TEST(PlannedTime, EndsWithTheScheduleAtTheLatest) {
  Result result = resultOf(1);
  result.targetRate = 1 / 3600.0;
  RunSettings settings = settingsOf("1/h");
  settings.plan.duration = seconds(3);
  EXPECT_EQ(plannedTimeOf(settings, result), seconds(3));
  settings.warmup = seconds(1);
  EXPECT_EQ(plannedTimeOf(settings, result), seconds(2));
  EXPECT_EQ(plannedTimeOf(settingsOf("1/h for 4s"), result), seconds(4));
}

TEST(PlannedTime, WithoutATargetRateThereIsNone) {
  EXPECT_EQ(plannedTimeOf(RunSettings{}, resultOf(5)), seconds(0));
}

TEST(TargetRate, AClosedLoopHasNone) {
  EXPECT_EQ(targetRateOf(RunSettings{}, resultOf(100), seconds(1)), 0);
}

}  // namespace
}  // namespace iotcpd::loadgen
