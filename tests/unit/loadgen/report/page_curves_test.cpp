#include "loadgen/report/page_curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

std::vector<TimelinePoint> seconds(std::size_t count, std::int64_t replies) {
  std::vector<TimelinePoint> timeline(count);
  for (std::size_t i = 0; i < count; ++i) {
    timeline[i].start = std::chrono::seconds(i);
    timeline[i].length = std::chrono::seconds(1);
    timeline[i].sent = static_cast<std::uint64_t>(replies);
    timeline[i].outcomes.add(Outcome::kOk, timeline[i].sent);
    timeline[i].latency.record(1'000'000, replies);
  }
  return timeline;
}

TEST(JoinedTimeline, KeepsPointsThatAreFewAndFull) {
  EXPECT_EQ(joinedTimeline(seconds(300, 1000)).size(), 300U);
  EXPECT_TRUE(joinedTimeline({}).empty());
}

TEST(JoinedTimeline, NeverHasMorePointsThanAScreenShows) {
  const std::vector<TimelinePoint> joined = joinedTimeline(seconds(3601, 1000));
  EXPECT_LE(joined.size(), kMostTimelinePoints);
  std::uint64_t sent = 0;
  std::int64_t replies = 0;
  for (const TimelinePoint& point : joined) {
    sent += point.sent;
    replies += point.latency.count();
  }
  EXPECT_EQ(sent, 3'601'000U);
  EXPECT_EQ(replies, 3'601'000);
  EXPECT_EQ(joined[1].start, joined[0].start + joined[0].length);
}

TEST(JoinedTimeline, JoinsPointsUntilTheyTellTheirP99) {
  EXPECT_EQ(joinedTimeline(seconds(200, 100)).size(), 40U);
}

TEST(JoinedTimeline, KeepsTwentyPointsHoweverFewTheReplies) {
  EXPECT_EQ(joinedTimeline(seconds(200, 1)).size(), 20U);
  EXPECT_EQ(joinedTimeline(seconds(200, 0)).size(), 200U);
}

}  // namespace
}  // namespace iotcpd::loadgen
