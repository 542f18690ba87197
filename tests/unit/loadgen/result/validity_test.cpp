#include "loadgen/result/validity.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kMillisecond = 1'000'000;

/// 1000 requests of 20 ms in 10 s by a generator that is never late.
Result goodResult() {
  Result result;
  result.planned = result.sent = 1000;
  result.measured = seconds(10);
  result.outcomes.add(Outcome::kOk, 1000);
  result.latency[0].record(20 * kMillisecond, 1000);
  result.self.ownLag.record(kMillisecond / 100, 1000);
  result.self.cpuShare = 0.3;
  result.self.meanInFlight = result.self.littlesInFlight = 2;
  return result;
}

SelfCheck judged(Result result) {
  judgeValidity(ValidityLimits(), result);
  return result.self;
}

TEST(Validity, AGoodRunIsValidWithoutAWord) {
  const SelfCheck self = judged(goodResult());
  EXPECT_TRUE(self.isValid());
  EXPECT_THAT(self.warnings, IsEmpty());
}

TEST(Validity, ALateGeneratorMakesARunInvalid) {
  Result result = goodResult();
  result.self.ownLag.record(6 * kMillisecond, 8);
  EXPECT_TRUE(judged(result).isValid()) << "8 in 1008";
  result.self.ownLag.record(6 * kMillisecond, 8);
  EXPECT_THAT(judged(result).problems,
              ElementsAre("the generator itself sent late: p99 of its own lag is 6ms, above the "
                          "limit of 5ms"));
}

TEST(Validity, AsLateAsTheLimitIsStillGood) {
  Result result = goodResult();
  result.self.ownLag.reset();
  result.self.ownLag.record(5 * kMillisecond, 1000);
  EXPECT_TRUE(judged(result).isValid());
}

TEST(Validity, OneLateSendOfAFewIsForgiven) {
  Result result = goodResult();
  result.self.ownLag.reset();
  result.self.ownLag.record(1, 19);
  result.self.ownLag.record(50 * kMillisecond);
  EXPECT_TRUE(judged(result).isValid());
  result.self.ownLag.record(50 * kMillisecond, 3);
  EXPECT_THAT(judged(result).problems, ElementsAre(HasSubstr("p90 of its own lag is 50ms")));
}

TEST(Validity, AnOwnLagAboveTheMedianLatencyIsWorthAWord) {
  Result result = goodResult();
  result.latency[0].reset();
  result.latency[0].record(kMillisecond, 1000);
  result.self.ownLag.record(2 * kMillisecond, 100);
  const SelfCheck self = judged(result);
  EXPECT_TRUE(self.isValid());
  EXPECT_THAT(self.warnings,
              ElementsAre(EndsWith("above the median latency of 1ms: the upper percentiles are "
                                   "partly its own lag")));
}

TEST(Validity, AGeneratorThatStoodStillMakesARunInvalid) {
  Result result = goodResult();
  result.self.stalled = result.self.longestStall = std::chrono::milliseconds(50);
  EXPECT_TRUE(judged(result).isValid()) << "half a per cent of 10 s";
  EXPECT_THAT(judged(result).warnings, ElementsAre(HasSubstr("stood still for 50ms in all")));
  result.self.stalled = std::chrono::milliseconds(60);
  EXPECT_THAT(judged(result).problems,
              ElementsAre(HasSubstr("stood still for 60ms in all, 50ms at once")));
}

TEST(Validity, AMomentOfStandingStillIsForgiven) {
  Result result = goodResult();
  result.self.stalled = result.self.longestStall = std::chrono::milliseconds(5);
  EXPECT_THAT(judged(result).warnings, IsEmpty());
}

TEST(Validity, ASaturatedGeneratorMakesARunInvalid) {
  Result result = goodResult();
  result.self.cpuShare = 0.95;
  EXPECT_TRUE(judged(result).isValid());
  result.self.cpuShare = 0.97;
  EXPECT_THAT(judged(result).problems,
              ElementsAre("the generator was saturated: it used 97% of its core, the limit is "
                          "95%"));
}

TEST(Validity, StealIsWorthAWordThenMakesARunInvalid) {
  Result result = goodResult();
  result.self.stealShare = 0.02;
  EXPECT_THAT(judged(result).warnings, IsEmpty());
  result.self.stealShare = 0.05;
  EXPECT_THAT(judged(result).warnings, ElementsAre("the hypervisor took 5% of the processors"));
  EXPECT_TRUE(judged(result).isValid());
  result.self.stealShare = 0.11;
  EXPECT_THAT(judged(result).problems,
              ElementsAre(HasSubstr("11% of the processors, the limit is 10%")));
  EXPECT_THAT(judged(result).warnings, IsEmpty());
}

TEST(Validity, BooksThatBreakLittlesLawMakeARunInvalid) {
  Result result = goodResult();
  result.self.littlesInFlight = 1.91;
  EXPECT_TRUE(judged(result).isValid());
  result.self.littlesInFlight = 1.8;
  EXPECT_THAT(judged(result).problems,
              ElementsAre("the generator's books do not agree: 2 requests were in flight on "
                          "average, but by Little's law 1.8; 10% apart, the limit is 5%"));
}

TEST(Validity, AFewRequestsDoNotBreakLittlesLaw) {
  Result result = goodResult();
  result.planned = 99;
  result.outcomes = {};
  result.outcomes.add(Outcome::kOk, 99);
  result.self.littlesInFlight = 1;
  EXPECT_TRUE(judged(result).isValid());
}

TEST(Validity, TheDifferenceByLittlesLawIsRelativeToTheGreater) {
  SelfCheck self;
  EXPECT_EQ(littlesDifference(self), 0);
  self.meanInFlight = 4;
  EXPECT_EQ(littlesDifference(self), 1);
  self.littlesInFlight = 5;
  EXPECT_DOUBLE_EQ(littlesDifference(self), 0.2);
  self.meanInFlight = -5;
  EXPECT_DOUBLE_EQ(littlesDifference(self), 2);
}

TEST(Validity, OutcomesThatDoNotSumToThePlanMakeARunInvalid) {
  Result result = goodResult();
  result.misbehaved[1].add(Outcome::kTimeout, 5);
  EXPECT_THAT(judged(result).problems,
              ElementsAre("the outcomes are 1005 and do not sum to the plan of 1000 requests"));
  result.planned = 1005;
  EXPECT_TRUE(judged(result).isValid());
}

TEST(Validity, ARunThatMeasuredNothingIsInvalidAndNoReasonToCrash) {
  EXPECT_THAT(judged(Result()).problems,
              ElementsAre("no request was due in the measured part, which took 0ns"));
}

TEST(Validity, InterruptionsByOthersAreWorthAWord) {
  Result result = goodResult();
  result.self.involuntarySwitches = 1000;
  EXPECT_THAT(judged(result).warnings, IsEmpty());
  result.self.involuntarySwitches = 2000;
  EXPECT_THAT(judged(result).warnings,
              ElementsAre("other programs took the generator's core 2000 times, 200/s"));
}

TEST(Validity, RequestsWithoutAnEndAreWorthAWord) {
  Result result = goodResult();
  result.planned = 1003;
  result.outcomes.add(Outcome::kCensored, 3);
  EXPECT_THAT(judged(result).warnings, ElementsAre(HasSubstr("3 of 1003 requests")));
}

TEST(Validity, LimitsCanBeOthers) {
  Result result = goodResult();
  ValidityLimits limits;
  limits.cpuShare = 0.1;
  judgeValidity(limits, result);
  EXPECT_FALSE(result.self.isValid());
}

}  // namespace
}  // namespace iotcpd::loadgen
