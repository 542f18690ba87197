#include <gtest/gtest.h>

#include "loadgen/result/recorder.h"
#include "tests/unit/loadgen/result/recorder_fixture.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void expectTiles(const std::vector<SeenInterval>& intervals, Nanoseconds end) {
  Nanoseconds next{};
  for (const SeenInterval& interval : intervals) {
    EXPECT_EQ(interval.start, next);
    EXPECT_GT(interval.length, Nanoseconds(0));
    next = interval.start + interval.length;
  }
  EXPECT_EQ(next, end);
}

TEST(RecorderIntervals, EachSecondIsTold) {
  RecordedRun run;
  run.request(milliseconds(100), milliseconds(50));
  run.recorder.advance(run.at(milliseconds(1001)));
  ASSERT_EQ(run.intervals.seen.size(), 1U);
  run.request(milliseconds(1200), milliseconds(50), Outcome::kEmpty);
  static_cast<void>(run.finish(milliseconds(1500)));
  ASSERT_EQ(run.intervals.seen.size(), 2U);
  expectTiles(run.intervals.seen, milliseconds(1500));
  EXPECT_EQ(run.intervals.seen[0].sent, 1U);
  EXPECT_EQ(run.intervals.seen[0].latencies, 1);
  EXPECT_EQ(run.intervals.seen[0].services, 1);
  EXPECT_EQ(run.intervals.seen[1].outcomes[Outcome::kEmpty], 1U);
  EXPECT_EQ(run.intervals.seen[1].latencies, 0);
}

TEST(RecorderIntervals, AnIntervalIsNotOverBeforeItsEndHasPassed) {
  RecordedRun run;
  run.recorder.advance(run.at(seconds(1)));
  EXPECT_TRUE(run.intervals.seen.empty());
  run.recorder.advance(run.at(Nanoseconds(seconds(1)) + Nanoseconds(1)));
  EXPECT_EQ(run.intervals.seen.size(), 1U);
}

TEST(RecorderIntervals, WhatEndsWithTheRunIsInTheLastInterval) {
  RecordedRun run;
  run.request(milliseconds(1), milliseconds(999), Outcome::kCensored);
  static_cast<void>(run.finish(seconds(1)));
  ASSERT_EQ(run.intervals.seen.size(), 1U);
  EXPECT_EQ(run.intervals.seen[0].outcomes[Outcome::kCensored], 1U);
}

TEST(RecorderIntervals, ALateLoopLeavesNoGapAndPutsNothingIntoTheWrongSecond) {
  RecordedRun run;
  run.request(milliseconds(100), milliseconds(50));
  // Stopped until 3.3 s; the first it then does is to take a reply.
  run.request(milliseconds(200), milliseconds(3100));
  run.recorder.advance(run.at(milliseconds(3310)));
  static_cast<void>(run.finish(milliseconds(3600)));
  ASSERT_EQ(run.intervals.seen.size(), 4U);
  expectTiles(run.intervals.seen, milliseconds(3600));
  EXPECT_EQ(run.intervals.seen[0].outcomes.total(), 1U);
  EXPECT_EQ(run.intervals.seen[1].outcomes.total(), 0U);
  EXPECT_EQ(run.intervals.seen[2].outcomes.total(), 0U);
  EXPECT_EQ(run.intervals.seen[3].outcomes.total(), 1U);
}

TEST(RecorderIntervals, TheWarmUpEndsAnInterval) {
  RecordedRun run(milliseconds(1500));
  static_cast<void>(run.finish(milliseconds(3000)));
  ASSERT_EQ(run.intervals.seen.size(), 4U);
  expectTiles(run.intervals.seen, milliseconds(3000));
  EXPECT_EQ(run.intervals.seen[1].length, milliseconds(500));
  EXPECT_TRUE(run.intervals.seen[1].isWarmup);
  EXPECT_FALSE(run.intervals.seen[2].isWarmup);
  EXPECT_EQ(run.intervals.seen[2].length, seconds(1));
}

TEST(RecorderIntervals, TheWarmUpIsSeenInItsOwnIntervalsAlone) {
  RecordedRun run(seconds(1));
  run.request(milliseconds(500), milliseconds(1));
  run.request(milliseconds(600), milliseconds(700));
  run.lateRequest(milliseconds(700), milliseconds(700), milliseconds(1), Outcome::kTimeout);
  run.request(milliseconds(1600), milliseconds(1));
  const Result result = run.finish(seconds(2));
  ASSERT_EQ(run.intervals.seen.size(), 2U);
  EXPECT_EQ(run.intervals.seen[0].sent, 2U);
  EXPECT_EQ(run.intervals.seen[0].outcomes.total(), 1U);
  EXPECT_EQ(run.intervals.seen[1].sent, 1U);
  EXPECT_EQ(run.intervals.seen[1].outcomes.total(), 1U);
  EXPECT_EQ(run.intervals.seen[1].latencies, 1);
  EXPECT_EQ(result.warmupRequests, 3U);
  expectSumsToThePlan(result);
}

TEST(RecorderIntervals, TheMeasuredOnesAddUpToTheResult) {
  RecordedRun run(seconds(2));
  for (int i = 0; i < 7000; ++i) {
    run.lateRequest(milliseconds(i), milliseconds(i % 3), milliseconds(i % 900),
                    i % 5 == 0 ? Outcome::kReset : Outcome::kOk);
  }
  const Result result = run.finish(seconds(8));
  std::uint64_t sent = 0;
  std::int64_t latencies = 0;
  OutcomeCounts outcomes;
  for (const SeenInterval& interval : run.intervals.seen) {
    if (interval.isWarmup) continue;
    sent += interval.sent;
    outcomes.add(interval.outcomes);
    latencies += interval.latencies;
  }
  EXPECT_EQ(sent, result.sent);
  EXPECT_EQ(outcomes, result.outcomes);
  EXPECT_EQ(latencies, result.okLatency().count());
  EXPECT_EQ(result.warmupRequests + result.planned, 7000U);
  expectSumsToThePlan(result);
}

TEST(RecorderIntervals, TheTimelineIsTheMeasuredPart) {
  RecordedRun run(seconds(2));
  for (int i = 0; i < 5000; ++i) run.request(milliseconds(i), milliseconds(1));
  const Result result = run.finish(milliseconds(5500));
  ASSERT_EQ(result.timeline.size(), 4U);
  EXPECT_EQ(result.timeline.front().start, seconds(2));
  EXPECT_EQ(result.timeline.back().length, milliseconds(500));
  OutcomeCounts outcomes;
  for (const TimelinePoint& point : result.timeline) outcomes.add(point.outcomes);
  EXPECT_EQ(outcomes, result.outcomes);
}

TEST(RecorderIntervals, ARunThatEndsAtOnceTellsNothing) {
  RecordedRun run;
  const Result result = run.finish(Nanoseconds(0));
  EXPECT_TRUE(run.intervals.seen.empty());
  EXPECT_EQ(result.planned, 0U);
  EXPECT_EQ(result.rate(), 0);
}

TEST(RecorderIntervals, EverySinkIsTold) {
  RecordedRun run;
  IntervalList other;
  run.recorder.addSink(other);
  static_cast<void>(run.finish(seconds(2)));
  EXPECT_EQ(other.seen.size(), 2U);
  EXPECT_EQ(run.intervals.seen.size(), 2U);
}

}  // namespace
}  // namespace iotcpd::loadgen
