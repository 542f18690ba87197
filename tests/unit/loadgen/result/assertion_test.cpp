#include "loadgen/result/assertion.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMillisecond = 1'000'000;

/// 1000 requests in 10 s at 100/s, 10 of them timeouts; latencies of 10 ms, 20 of 100 ms.
Result sample() {
  Result result;
  result.run.isOpenLoop = true;
  result.measured = seconds(10);
  result.targetRate = 100;
  result.planned = 1000;
  result.sent = 998;
  result.outcomes.add(Outcome::kOk, 988);
  result.outcomes.add(Outcome::kTimeout, 10);
  result.outcomes.add(Outcome::kCensored, 2);
  result.latency[0].record(10 * kMillisecond, 968);
  result.latency[0].record(100 * kMillisecond, 20);
  result.service.record(5 * kMillisecond, 988);
  result.sendLag.record(kMillisecond / 2, 998);
  result.meanLatency = 11.8e6;
  return result;
}

AssertionVerdict judged(std::string_view text, const Result& result = sample()) {
  return Assertion::parse(text).judge(result);
}

bool passes(std::string_view text) { return judged(text).passed; }

TEST(Assertion, PercentilesAreOfTheLatency) {
  EXPECT_TRUE(passes("p50 < 11ms"));
  EXPECT_FALSE(passes("p50 < 10ms"));
  EXPECT_TRUE(passes("p99 >= 100ms"));
  EXPECT_EQ(judged("p99 < 50ms").actual, "100ms");
}

TEST(Assertion, ServiceAndSendLagHaveTheSameFigures) {
  EXPECT_TRUE(passes("service.p99 < 5.1ms"));
  EXPECT_FALSE(passes("service.max < 5ms"));
  EXPECT_TRUE(passes("service.mean > 4.9ms"));
  EXPECT_TRUE(passes("lag.p50 <= 501us"));
  EXPECT_FALSE(passes("lag.min > 1ms"));
}

TEST(Assertion, TheMeanOfTheLatencyIsTheExactOne) {
  EXPECT_TRUE(passes("mean == 11.8ms"));
  EXPECT_TRUE(passes("min >= 10ms"));
  EXPECT_TRUE(passes("max <= 100ms"));
}

TEST(Assertion, RatesAreOkRepliesAndWhatWasPlannedPerSecond) {
  EXPECT_TRUE(passes("rate >= 98/s"));
  EXPECT_FALSE(passes("rate >= 99/s"));
  EXPECT_TRUE(passes("rate >= 0.98 * target"));
  EXPECT_FALSE(passes("rate >= 0.99 * target"));
  EXPECT_TRUE(passes("target == 6000/min"));
  EXPECT_EQ(judged("rate >= 99/s").actual, "98.8/s");
}

TEST(Assertion, WhatIsCountedIsComparedAsNumberOrShare) {
  EXPECT_TRUE(passes("errors == 10"));
  EXPECT_TRUE(passes("errors <= 1%"));
  EXPECT_FALSE(passes("errors < 1%"));
  EXPECT_TRUE(passes("timeout == 10"));
  EXPECT_TRUE(passes("cross-talk == 0"));
  EXPECT_TRUE(passes("censored == 0.2%"));
  EXPECT_TRUE(passes("planned == 1000"));
  EXPECT_TRUE(passes("sent >= 99.8%"));
  EXPECT_FALSE(passes("sent >= 99.9%"));
  EXPECT_TRUE(passes("error-share <= 0.01"));
  EXPECT_TRUE(passes("error-share <= 1%"));
  EXPECT_FALSE(passes("error-share < 1%"));
  EXPECT_EQ(judged("errors == 0").actual, "10");
  EXPECT_EQ(judged("error-share == 0").actual, "1%");
}

TEST(Assertion, EachRelationIsTheOneItSays) {
  for (const auto& [relation, below, same, above] :
       {std::tuple{"<", true, false, false}, std::tuple{"<=", true, true, false},
        std::tuple{"==", false, true, false}, std::tuple{"!=", true, false, true},
        std::tuple{">=", false, true, true}, std::tuple{">", false, false, true}}) {
    const std::string start = std::string("errors ") + relation;
    EXPECT_EQ(passes(start + " 11"), below) << relation;
    EXPECT_EQ(passes(start + " 10"), same) << relation;
    EXPECT_EQ(passes(start + " 9"), above) << relation;
  }
}

TEST(Assertion, APercentileOfTooFewSamplesDoesNotPass) {
  EXPECT_EQ(judged("p99.9 < 24h").actual, "insufficient samples: 988 of 3688");
  EXPECT_FALSE(passes("p99.9 < 24h"));
  EXPECT_FALSE(judged("mean < 1h", Result()).passed);
  EXPECT_EQ(judged("max < 1h", Result()).actual, "insufficient samples: none");
  EXPECT_EQ(judged("error-share == 0", Result()).actual, "insufficient samples: no request");
  EXPECT_EQ(judged("rate >= 0/s", Result()).actual, "nothing was measured");
}

TEST(Assertion, AClosedLoopHasNoTarget) {
  Result result = sample();
  result.targetRate = 0;
  for (const std::string_view text : {"rate >= 0.5 * target", "target >= 0/s"}) {
    EXPECT_FALSE(judged(text, result).passed);
    EXPECT_EQ(judged(text, result).actual, "a closed loop has no target rate");
  }
}

TEST(Assertion, EveryOutcomeIsAMetric) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    Result result;
    result.outcomes.add(static_cast<Outcome>(i), 7);
    const std::string name(outcomeName(static_cast<Outcome>(i)));
    EXPECT_TRUE(judged(name + " == 7", result).passed) << name;
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
