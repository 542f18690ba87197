#include "loadgen/result/timeline.h"

#include <numeric>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;

/// `count` seconds, in each of which one reply took as many microseconds as its number.
std::vector<TimelinePoint> timelineOf(int count) {
  Timeline timeline;
  for (int i = 0; i < count; ++i) {
    RunInterval interval;
    interval.start = seconds(i);
    interval.length = seconds(1);
    interval.sent = 2;
    interval.outcomes.add(Outcome::kOk);
    interval.latency.record(1000 * (i + 1));
    timeline.add(interval);
  }
  return timeline.take();
}

void expectWhole(const std::vector<TimelinePoint>& points, int count) {
  Nanoseconds next{};
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::int64_t latencies = 0;
  for (const TimelinePoint& point : points) {
    EXPECT_EQ(point.start, next);
    next += point.length;
    sent += point.sent;
    ok += point.outcomes[Outcome::kOk];
    latencies += point.latency.count();
    const auto cells = point.latency.counts();
    EXPECT_EQ(std::accumulate(cells.begin(), cells.end(), std::int64_t{0}), point.latency.count());
    EXPECT_EQ(point.latency.max(), next.count() / 1'000'000) << "the last second's";
  }
  EXPECT_EQ(next, seconds(count));
  EXPECT_EQ(sent, 2U * static_cast<unsigned>(count));
  EXPECT_EQ(ok, static_cast<unsigned>(count));
  EXPECT_EQ(latencies, count);
}

TEST(Timeline, HasAPointForEachIntervalAtFirst) {
  const auto points = timelineOf(600);
  EXPECT_EQ(points.size(), 600U);
  expectWhole(points, 600);
}

TEST(Timeline, PointsGetTwiceAsLongWhenThereWouldBeTooMany) {
  const auto points = timelineOf(601);
  ASSERT_EQ(points.size(), 301U);
  EXPECT_EQ(points.front().length, seconds(2));
  EXPECT_EQ(points.back().length, seconds(1)) << "the run may end within one";
  expectWhole(points, 601);
}

TEST(Timeline, NeverHasMoreThanItsLimitHoweverLongTheRun) {
  for (const int count : {1199, 1200, 1201, 5000}) {
    SCOPED_TRACE(count);
    const auto points = timelineOf(count);
    EXPECT_LE(points.size(), Timeline::kMostPoints);
    EXPECT_GT(points.size(), Timeline::kMostPoints / 2 - 1);
    expectWhole(points, count);
  }
}

TEST(Timeline, CountsEachLatencyAndKeepsTheExtremes) {
  RunInterval interval;
  interval.length = seconds(1);
  interval.latency.record(1'234'567);
  interval.latency.record(50'000'000, 998);
  interval.latency.record(987'654'321);
  Timeline timeline;
  timeline.add(interval);
  const HdrHistogram latency = timeline.take().front().latency;
  EXPECT_EQ(latency.count(), 1000);
  EXPECT_EQ(latency.min(), 1'234'567);
  EXPECT_EQ(latency.max(), 987'654'321);
  EXPECT_NEAR(static_cast<double>(latency.valueAtPercentile(50)), 50e6, 4e6);
}

TEST(Timeline, AFewLatenciesInOneCellAreNotCountedTwice) {
  for (const int count : {1, 2, 3}) {
    RunInterval interval;
    interval.latency.record(5'000'000, count);
    Timeline timeline;
    timeline.add(interval);
    EXPECT_EQ(timeline.take().front().latency.count(), count);
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
