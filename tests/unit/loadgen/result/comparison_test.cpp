#include "loadgen/result/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/result/result_fixture.h"

namespace iotcpd::loadgen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ComparedMetric& metricOf(const Comparison& comparison, std::string_view name) {
  for (const ComparedMetric& metric : comparison.metrics) {
    if (metric.name == name) return metric;
  }
  ADD_FAILURE() << "no metric " << name;
  return comparison.metrics.front();
}

std::vector<std::string> namesOf(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedMetric& metric : comparison.metrics) names.push_back(metric.name);
  return names;
}

TEST(Comparison, HasAllMetricsAlways) {
  const auto expected = ElementsAre("mean latency", "p50 latency", "p90 latency", "p99 latency",
                                    "p99.9 latency", "rate", "errors per request");
  EXPECT_THAT(namesOf(compareResults(Result(), Result(), 0.05)), expected);
  const Result result = recordedResult("a", 5, 10);
  EXPECT_THAT(namesOf(compareResults(result, result, 0.05)), expected);
}

TEST(Comparison, TwoRunsOfTheSameAreNeitherWorseNorBetter) {
  const Comparison comparison =
      compareResults(recordedResult("a", 10, 10, 50), recordedResult("b", 10, 10, 50), 0);
  EXPECT_FALSE(comparison.hasWorse());
  for (const ComparedMetric& metric : comparison.metrics) {
    EXPECT_TRUE(metric.isComparable) << metric.name;
    EXPECT_FALSE(metric.isBetter) << metric.name;
    EXPECT_LE(metric.low, metric.ratio) << metric.name;
    EXPECT_GE(metric.high, metric.ratio) << metric.name;
    EXPECT_LE(metric.low, 1) << metric.name;
    EXPECT_GE(metric.high, 1) << metric.name;
  }
  EXPECT_THAT(comparison.cautions, IsEmpty());
}

TEST(Comparison, ASlowerRunIsWorseInEveryLatencyAndTheOtherWayRoundBetter) {
  const Result fast = recordedResult("a", 20, 10);
  const Result slow = recordedResult("b", 20, 15);
  const Comparison worse = compareResults(fast, slow, 0.05);
  const Comparison better = compareResults(slow, fast, 0.05);
  EXPECT_TRUE(worse.hasWorse());
  EXPECT_FALSE(better.hasWorse());
  for (const std::string_view name :
       {"mean latency", "p50 latency", "p90 latency", "p99 latency"}) {
    EXPECT_TRUE(metricOf(worse, name).isWorse) << name;
    EXPECT_TRUE(metricOf(better, name).isBetter) << name;
    EXPECT_NEAR(metricOf(worse, name).ratio, 1.5, 0.15) << name;
    EXPECT_LT(metricOf(worse, name).low, 1.5) << name;
    EXPECT_GT(metricOf(worse, name).high, 1.5) << name;
  }
}

TEST(Comparison, WithinTheToleranceNothingIsWorse) {
  const Result fast = recordedResult("a", 20, 10);
  const Result slow = recordedResult("b", 20, 12);
  EXPECT_TRUE(metricOf(compareResults(fast, slow, 0.05), "mean latency").isWorse);
  EXPECT_FALSE(metricOf(compareResults(fast, slow, 0.25), "mean latency").isWorse);
}

TEST(Comparison, TheIntervalOfTheRatioHoldsTheTruthInNineteenOfTwentyCases) {
  constexpr int kRuns = 100;
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Comparison comparison =
        compareResults(recordedResult(std::to_string(run), 1, 10),
                       recordedResult(std::to_string(-run - 1), 1, 20), 0);
    const ComparedMetric& metric = metricOf(comparison, "p90 latency");
    if (metric.low <= 2 && 2 <= metric.high) ++held;
  }
  EXPECT_GE(held, 87);
}

TEST(Comparison, TheOtherWayRoundTheIntervalIsTheInverse) {
  const Result a = recordedResult("a", 5, 10, 50);
  const Result b = recordedResult("b", 10, 12, 20);
  const Comparison there = compareResults(a, b, 0);
  const Comparison back = compareResults(b, a, 0);
  for (std::size_t i = 0; i < there.metrics.size(); ++i) {
    if (!there.metrics[i].isComparable) continue;
    EXPECT_NEAR(there.metrics[i].low * back.metrics[i].high, 1, 1e-9) << there.metrics[i].name;
    EXPECT_NEAR(there.metrics[i].high * back.metrics[i].low, 1, 1e-9) << there.metrics[i].name;
  }
}

TEST(Comparison, TooFewSamplesAreSaidNotGuessed) {
  const Comparison comparison =
      compareResults(recordedResult("a", 1, 10), recordedResult("b", 20, 10), 0.05);
  const ComparedMetric& metric = metricOf(comparison, "p99.9 latency");
  EXPECT_EQ(metric.base, "insufficient samples");
  EXPECT_NE(metric.other, "insufficient samples");
  EXPECT_FALSE(metric.isComparable);
  EXPECT_FALSE(metric.isWorse);
}

TEST(Comparison, EmptyRunsAreComparedToNothing) {
  for (const ComparedMetric& metric : compareResults(Result(), Result(), 0).metrics) {
    EXPECT_FALSE(metric.isComparable) << metric.name;
    EXPECT_EQ(metric.base, "insufficient samples") << metric.name;
  }
}

TEST(Comparison, ALowerRateIsWorse) {
  Result slow = recordedResult("a", 20, 10);
  const Result fast = slow;
  slow.measured *= 2;
  const Comparison comparison = compareResults(fast, slow, 0.05);
  EXPECT_TRUE(metricOf(comparison, "rate").isWorse);
  EXPECT_NEAR(metricOf(comparison, "rate").ratio, 0.5, 1e-9);
  EXPECT_EQ(metricOf(comparison, "rate").base, "1000/s");
  EXPECT_TRUE(metricOf(compareResults(slow, fast, 0.05), "rate").isBetter);
}

TEST(Comparison, MoreErrorsAreWorseAlsoThanNone) {
  const Result none = recordedResult("a", 10, 10);
  const Result few = recordedResult("b", 10, 10, 1000);
  const Result many = recordedResult("c", 10, 10, 100);
  EXPECT_TRUE(metricOf(compareResults(few, many, 0.05), "errors per request").isWorse);
  EXPECT_TRUE(metricOf(compareResults(none, many, 0.05), "errors per request").isWorse);
  EXPECT_TRUE(metricOf(compareResults(many, none, 0.05), "errors per request").isBetter);
  EXPECT_EQ(metricOf(compareResults(few, many, 0.05), "errors per request").other, "1%");
}

TEST(Comparison, ASingleErrorIsNoEvidence) {
  const Result none = recordedResult("a", 10, 10);
  const Result one = recordedResult("b", 10, 10, 20'000);
  EXPECT_FALSE(metricOf(compareResults(none, one, 0.05), "errors per request").isWorse);
  const ComparedMetric same = metricOf(compareResults(none, none, 0), "errors per request");
  EXPECT_EQ(same.ratio, 1);
  EXPECT_FALSE(same.isWorse || same.isBetter);
}

TEST(Comparison, OtherSettingsAndInvalidRunsCallForCaution) {
  Result base = recordedResult("a", 1, 10);
  Result other = base;
  other.run.rate = "";
  other.run.connections = 8;
  other.run.keepAlive = true;
  other.run.timeout = std::chrono::seconds(2);
  other.run.requests = {"{token}"};
  other.self.problems = {"the generator was saturated"};
  EXPECT_THAT(
      compareResults(base, other, 0.05).cautions,
      ElementsAre("the other run is INVALID: the generator was saturated",
                  "the rate asked for differs: 1000/s and none",
                  "the number of connections differs: 0 and 8", "keep-alive differs: no and yes",
                  "what is requested differs: none and {token}", "the timeout differs: 0s and 2s"));
}

TEST(Comparison, AnotherSeedOrTargetIsNoReasonForCaution) {
  const Result base = recordedResult("a", 1, 10);
  Result other = base;
  other.run.seed = 7;
  other.run.target = "127.0.0.1:1";
  other.run.command = "x";
  EXPECT_THAT(compareResults(base, other, 0.05).cautions, IsEmpty());
}

}  // namespace
}  // namespace iotcpd::loadgen
