#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/result/comparison.h"
#include "loadgen/result/timeline.h"
#include "tests/unit/loadgen/result/result_fixture.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Result startedAt(Result result, seconds time) {
  result.run.started = std::chrono::system_clock::time_point(std::chrono::hours(500'000) + time);
  return result;
}

std::uint64_t okOf(const std::vector<TimelinePoint>& timeline) {
  std::uint64_t ok = 0;
  for (const TimelinePoint& point : timeline) ok += point.outcomes[Outcome::kOk];
  return ok;
}

TEST(Merge, ASingleResultStaysAsItIs) {
  Result result = recordedResult("a", 5, 10);
  result.assertions.push_back({"p99 < 1s", "40ms", true});
  const Result merged = mergeResults({result});
  EXPECT_EQ(merged.run, result.run);
  EXPECT_EQ(merged.assertions.size(), 1U);
  EXPECT_EQ(merged.timeline.size(), result.timeline.size());
}

TEST(Merge, CountsAndHistogramsAreAdded) {
  Result a = recordedResult("a", 5, 10, 10);
  a.run.until = "p99+-5%";
  a.misbehaved[1].add(Outcome::kTimeout, 3);
  a.planned += 3;
  a.bytesSent = 5;
  a.bytesReceived = 6;
  a.warmupRequests = 2;
  const Result b = startedAt(recordedResult("b", 3, 100), seconds(5));
  const Result merged = mergeResults({startedAt(a, seconds(0)), b});
  EXPECT_EQ(merged.run.until, "p99+-5%");
  EXPECT_EQ(merged.planned, 8003U);
  EXPECT_EQ(merged.sent, 8000U);
  EXPECT_EQ(merged.outcomes.total(), 8000U);
  EXPECT_EQ(merged.outcomes[Outcome::kErrorReply], 500U);
  EXPECT_EQ(merged.misbehaved[1].total(), 3U);
  EXPECT_EQ(merged.okLatency().count(), 7500);
  EXPECT_EQ(merged.service.count(), 7500);
  EXPECT_EQ(merged.sendLag.count(), 8000);
  EXPECT_EQ(merged.self.ownLag.count(), 8000);
  EXPECT_EQ(merged.bytesSent, 5U);
  EXPECT_EQ(merged.warmupRequests, 2U);
  EXPECT_EQ(merged.run.mergedRuns, 2U);
  EXPECT_NEAR(merged.meanLatency, merged.okLatency().mean(), merged.meanLatency * 1e-3);
}

TEST(Merge, EachSettingThatDiffersIsAWarningWithItsValues) {
  std::vector<Result> results(6);
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].run.rate = std::to_string(i) + "/s";
    results[i].run.keepAlive = i == 2;
    results[i].run.pipeline = 1 + i / 2;
    results[i].run.expect = i == 4 ? "^OK$" : "";
    results[i].run.errorReplies = {"ERR", i == 5 ? "NO" : "BH"};
    results[i].run.drain = seconds(i < 5 ? 10 : 1);
    results[i].run.machine = std::to_string(i);
  }
  results[3].self.warnings = {"slow"};
  EXPECT_THAT(
      mergeResults(results).self.warnings,
      ElementsAre("the rate asked for differs: 0/s, 1/s, 2/s, 3/s and 2 more",
                  "keep-alive differs: no and yes", "the depth of the pipeline differs: 1, 2 and 3",
                  "the reply expected differs: none and ^OK$",
                  "what is an error reply differs: ERR | BH and ERR | NO",
                  "the drain time differs: 10s and 1s", "run 4: slow"));
  EXPECT_EQ(mergeResults(results).run.expect, "^OK$");
  EXPECT_THAT(mergeResults(results).run.errorReplies, ElementsAre("ERR", "BH", "NO"));
  EXPECT_EQ(mergeResults(results).run.drain, seconds(10));
  EXPECT_THAT(mergeCautions({results[1], results[1]}), IsEmpty());
  results.pop_back();
  EXPECT_THAT(mergeCautions(results),
              Contains("the rate asked for differs: 0/s, 1/s, 2/s, 3/s and 4/s"));
}

TEST(Merge, APercentileIsThatOfAllSamplesNotTheAverage) {
  Result fast;
  fast.latency[0].record(1'000'000, 9900);
  Result slow;
  slow.latency[0].record(100'000'000, 100);
  const auto p90 = mergeResults({fast, slow}).okLatency().valueAtPercentile(90);
  EXPECT_NEAR(static_cast<double>(p90), 1e6, 1e3);
}

TEST(Merge, RunsOneAfterTheOtherLastLonger) {
  const Result merged = mergeResults({startedAt(recordedResult("a", 5, 0.01), seconds(0)),
                                      startedAt(recordedResult("b", 3, 0.01), seconds(3600))});
  EXPECT_EQ(merged.measured, seconds(8));
  EXPECT_NEAR(merged.rate(), 1000, 1);
  EXPECT_NEAR(merged.targetRate, 1000, 1e-6);
  ASSERT_EQ(merged.timeline.size(), 8U) << "without the hour between them";
  EXPECT_EQ(merged.timeline.back().start, seconds(7));
  EXPECT_EQ(okOf(merged.timeline), merged.outcomes[Outcome::kOk]);
}

TEST(Merge, OfRunsAtTheSameTimeTheRatesAddUp) {
  const Result merged = mergeResults({startedAt(recordedResult("b", 6, 0.01), seconds(2)),
                                      startedAt(recordedResult("a", 5, 0.01), seconds(0))});
  EXPECT_EQ(merged.measured, seconds(8));
  EXPECT_NEAR(merged.rate(), 11'000 / 8.0, 1);
  EXPECT_NEAR(merged.targetRate, 11'000 / 8.0, 1e-6);
  ASSERT_EQ(merged.timeline.size(), 8U);
  EXPECT_EQ(merged.timeline[0].outcomes.total(), 1000U);
  EXPECT_EQ(merged.timeline[2].outcomes.total(), 2000U);
  EXPECT_EQ(merged.timeline[7].outcomes.total(), 1000U);
  EXPECT_EQ(merged.run.started, startedAt(Result(), seconds(0)).run.started);
}

TEST(Merge, TheMeasuredPartBeginsAfterEachWarmUp) {
  Result a = recordedResult("a", 5, 10);
  Result b = recordedResult("b", 5, 10);
  a.run.warmup = b.run.warmup = seconds(2);
  EXPECT_EQ(mergeResults({startedAt(a, seconds(0)), startedAt(b, seconds(7))}).measured,
            seconds(10));
  EXPECT_EQ(mergeResults({startedAt(a, seconds(0)), startedAt(b, seconds(1))}).measured,
            seconds(6));
}

TEST(Merge, TheTimelineStaysWithinItsLimit) {
  std::vector<Result> results;
  for (int i = 0; i < 200; ++i) {
    results.push_back(startedAt(recordedResult("a", 4, 0.01), seconds(4 * i)));
  }
  const Result merged = mergeResults(results);
  EXPECT_LE(merged.timeline.size(), Timeline::kMostPoints);
  EXPECT_GE(merged.timeline.size(), 400U);
  EXPECT_EQ(okOf(merged.timeline), merged.outcomes[Outcome::kOk]);
}

TEST(Merge, TheMeanOfMoreRunsIsMoreCertain) {
  const Result one = recordedResult("a", 10, 10);
  std::vector<Result> results;
  for (int i = 0; i < 4; ++i) results.push_back(startedAt(one, seconds(10 * i)));
  const Result merged = mergeResults(results);
  EXPECT_NEAR(merged.meanHalfWidth, one.meanHalfWidth / 2, one.meanHalfWidth / 1e6);
  EXPECT_NEAR(merged.effectiveShare, one.effectiveShare, 1e-9);
}

TEST(Merge, OneUnknownMeanMakesTheirsUnknown) {
  Result few;
  few.run.isOpenLoop = true;
  few.latency[0].record(1'000'000);
  few.meanLatency = 1e6;
  const Result merged = mergeResults({recordedResult("a", 10, 10), few});
  EXPECT_LT(merged.meanHalfWidth, 0);
  EXPECT_GE(mergeResults({recordedResult("a", 10, 10), Result(recordedResult("b", 10, 10))})
                .meanHalfWidth,
            0);
}

TEST(Merge, AProblemOfOneRunIsAProblemOfAll) {
  Result bad = recordedResult("a", 1, 10);
  bad.self.problems = {"saturated"};
  bad.self.warnings = {"steal"};
  bad.self.cpuShare = 0.99;
  bad.self.involuntarySwitches = 5;
  bad.self.stalled = std::chrono::milliseconds(5);
  bad.self.longestStall = std::chrono::milliseconds(4);
  Result good = recordedResult("b", 1, 10);
  good.self.cpuShare = 0.2;
  good.self.involuntarySwitches = 7;
  good.self.stalled = std::chrono::milliseconds(7);
  good.self.longestStall = std::chrono::milliseconds(3);
  const SelfCheck self = mergeResults({good, bad}).self;
  EXPECT_THAT(self.problems, ElementsAre("run 2: saturated"));
  EXPECT_THAT(self.warnings, ElementsAre("run 2: steal"));
  EXPECT_EQ(self.cpuShare, 0.99);
  EXPECT_EQ(self.involuntarySwitches, 12U);
  EXPECT_EQ(self.stalled, std::chrono::milliseconds(12));
  EXPECT_EQ(self.longestStall, std::chrono::milliseconds(4));
}

TEST(Merge, WhereDescriptionsDifferBothAreTold) {
  Result a = recordedResult("a", 1, 10);
  Result b = a;
  a.run.requests = {"x"};
  b.run.requests = {"x", "y"};
  b.run.rate = "500/s";
  const RunDescription run = mergeResults({a, b}).run;
  EXPECT_EQ(run.rate, "1000/s; 500/s");
  EXPECT_THAT(run.requests, ElementsAre("x", "y"));
}

TEST(Merge, VerdictsAndStatisticsOfSingleRunsAreLeftOut) {
  Result a = recordedResult("a", 1, 10);
  a.assertions.push_back({"p50 < 1s", "7ms", true});
  a.serviceUnderTest.emplace();
  a.daemons.emplace();
  const Result merged = mergeResults({a, a});
  EXPECT_THAT(merged.assertions, IsEmpty());
  EXPECT_FALSE(merged.serviceUnderTest || merged.daemons);
}

TEST(Merge, OpenAndClosedLoopsAreNotAdded) {
  Result closed = recordedResult("a", 1, 10);
  closed.run.isOpenLoop = false;
  try {
    static_cast<void>(mergeResults({recordedResult("a", 1, 10), closed}));
    FAIL() << "added";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "results cannot be added: number 1 is of an open loop, number 2 of a closed one; "
                 "their latencies mean different things");
  }
}

TEST(Merge, HistogramsOfOtherLayoutsAreNotAdded) {
  Result other = recordedResult("a", 1, 10);
  other.service = HdrHistogram(1, 1000, 2);
  EXPECT_THROW(static_cast<void>(mergeResults({recordedResult("a", 1, 10), other})),
               std::invalid_argument);
}

}  // namespace
}  // namespace iotcpd::loadgen
