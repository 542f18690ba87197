#include "redirector/policy/report.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;

/// The predecessor's README shows these numbers; ours are of one's own making.
StatisticsSnapshot busySnapshot() {
  StatisticsSnapshot snapshot;
  snapshot.total = 857'089;
  snapshot.replied = 855'992;
  snapshot.delayed = 24'740;
  snapshot.timeout = 1'085;
  snapshot.failed = 5;
  snapshot.unknown = 3;
  snapshot.inFlight = 4;
  snapshot.buckets = {657'411, 179'397, 16'034, 1'810, 492, 343};
  snapshot.spawns = 741;
  snapshot.deaths = 13;
  snapshot.retired = 14;
  snapshot.daemons = {1, 2, 27, 5, 6};
  snapshot.uptimeSeconds = 7'916;
  snapshot.version = "2.0.0";
  snapshot.queueDepth = 7;
  snapshot.queuePeak = 12;
  snapshot.queueOldestMs = 1.5;
  snapshot.queueMs = {0.012, 0.5, 20, 499.9994, 500.25};
  snapshot.serviceMs = {1, 2, 3, 4, 15'000};
  snapshot.condemned = {21, 22, 23, 24, 25, 26, 27};
  snapshot.causes = {855'992, 1'085, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40};
  snapshot.refusedNotAllowed = 41;
  snapshot.refusedPerSource = 42;
  snapshot.clientsOpen = 43;
  snapshot.byteless = 44;
  snapshot.droppedLogLines = 45;
  snapshot.bytesIn = 46;
  snapshot.bytesOut = 18'446'744'073'709'551'615U;
  return snapshot;
}

constexpr std::string_view kPredecessorLines =
    R"( --- statistics ---- >8 -------
queries total      857089
queries replied    855992
queries delayed    24740
queries timeout    1085
queries failed     5
queries unknown    3
queries 0-100      657411
queries 100-250    179397
queries 250-500    16034
queries 500-750    1810
queries 750-1000   492
queries 1000-      343
daemon spawns      741
daemon S_AVAILABLE 27
daemon S_BUSY      5
daemon S_SPAWNING  1
daemon S_STARTING  2
uptime   7916
version  2.0.0
)";

constexpr std::string_view kOurLines =
    R"(queries in-flight  4
queue depth        7
queue peak         12
queue oldest-ms    1.500
queue ms           p50 0.012 p90 0.500 p99 20.000 p99.9 499.999 max 500.250
service ms         p50 1.000 p90 2.000 p99 3.000 p99.9 4.000 max 15000.000
daemon S_STOPPING  6
daemon deaths      13
daemon retired     14
condemned timeout  21
condemned stray-output 22
condemned oversize-reply 23
condemned closed-stdout 24
condemned broken-stdin 25
condemned probe    26
condemned unknown-id 27
failed oversize    31
failed eof         32
failed client-timeout 33
failed queue-full  34
failed queue-timeout 35
failed daemon-death 36
failed oversize-reply 37
failed drain-timeout 38
unknown reset      39
unknown not-taken  40
refused not-allowed 41
refused per-source 42
clients open       43
clients byteless   44
dropped log-lines  45
bytes in           46
bytes out          18446744073709551615
 --- statistics ---- 8< -------
)";

TEST(Report, TheStatisticsAreThePredecessorsLinesAndThenOurs) {
  const std::string text = statisticsText(busySnapshot());
  EXPECT_EQ(text.substr(0, kPredecessorLines.size()), kPredecessorLines);
  ASSERT_GE(text.size(), kPredecessorLines.size());
  EXPECT_EQ(text.substr(kPredecessorLines.size()), kOurLines);
}

TEST(Report, TheStatisticsLieBetweenTheirDelimitersEvenWhenNothingHappened) {
  const std::string text = statisticsText(StatisticsSnapshot{});
  EXPECT_TRUE(text.starts_with(kStatisticsBegin));
  EXPECT_TRUE(text.ends_with(kStatisticsEnd));
}

TEST(Report, ATimeSummaryIsInMilliseconds) {
  HdrHistogram times(1'000, 3'600'000'000'000, 3);
  for (int ms = 1; ms <= 1000; ++ms) {
    times.record(Nanoseconds(milliseconds(ms)).count());
  }
  const TimeSummary summary = summarize(times);
  constexpr double kResolution = 0.001;
  EXPECT_NEAR(summary.p50, 500, 500 * kResolution);
  EXPECT_NEAR(summary.p90, 900, 900 * kResolution);
  EXPECT_NEAR(summary.p99, 990, 990 * kResolution);
  EXPECT_NEAR(summary.p999, 999, 999 * kResolution);
  EXPECT_DOUBLE_EQ(summary.max, 1000);
}

TEST(Report, ASummaryOfNothingIsZero) {
  const TimeSummary summary = summarize(HdrHistogram(1'000, 3'600'000'000'000, 3));
  EXPECT_EQ(summary.p50, 0);
  EXPECT_EQ(summary.p999, 0);
  EXPECT_EQ(summary.max, 0);
}

/// Each counter a number of its own, so that no two can be mistaken for one another.
Counters distinctCounters() {
  Counters counters;
  const auto times = [](int count, auto&& event) {
    for (int i = 0; i < count; ++i) {
      event();
    }
  };
  times(100, [&] { counters.queryBegan(); });
  times(2, [&] { counters.queryDelayed(); });
  times(3, [&] { counters.queryReplied(milliseconds(300), milliseconds(7)); });
  times(4, [&] { counters.queryEnded(Cause::kBusyTimeout); });
  times(5, [&] { counters.queryEnded(Cause::kEof); });
  times(6, [&] { counters.queryEnded(Cause::kReset); });
  times(7, [&] { counters.spawned(); });
  times(8, [&] { counters.daemonDied(); });
  times(15, [&] { counters.daemonRetired(); });
  times(9, [&] { counters.condemned(CondemnCause::kProbe); });
  times(10, [&] { counters.refused(Refusal::kNotAllowed); });
  times(11, [&] { counters.refused(Refusal::kPerSource); });
  times(12, [&] { counters.connectionWithoutRequest(); });
  counters.queryHandedOut(milliseconds(5));
  counters.received(13);
  counters.sent(14);
  return counters;
}

TEST(Report, ASnapshotTakesTheQueriesFromTheCounters) {
  const StatisticsSnapshot snapshot = snapshotOf(distinctCounters());
  EXPECT_EQ(snapshot.total, 100U);
  EXPECT_EQ(snapshot.delayed, 2U);
  EXPECT_EQ(snapshot.replied, 3U);
  EXPECT_EQ(snapshot.timeout, 4U);
  EXPECT_EQ(snapshot.failed, 5U);
  EXPECT_EQ(snapshot.unknown, 6U);
  EXPECT_EQ(snapshot.inFlight, 82U);
  EXPECT_EQ(snapshot.buckets, (std::array<std::uint64_t, kBucketCount>{0, 0, 3, 0, 0, 0}));
  EXPECT_EQ(snapshot.causes,
            (std::array<std::uint64_t, kCauseCount>{3, 4, 0, 5, 0, 0, 0, 0, 0, 0, 6, 0}));
  EXPECT_DOUBLE_EQ(snapshot.queueMs.max, 5);
  EXPECT_DOUBLE_EQ(snapshot.serviceMs.max, 7);
}

TEST(Report, ASnapshotTakesDaemonsAndClientsFromTheCounters) {
  const StatisticsSnapshot snapshot = snapshotOf(distinctCounters());
  EXPECT_EQ(snapshot.spawns, 7U);
  EXPECT_EQ(snapshot.deaths, 8U);
  EXPECT_EQ(snapshot.retired, 15U);
  EXPECT_EQ(snapshot.condemned, (std::array<std::uint64_t, kCondemnCauseCount>{0, 0, 0, 0, 0, 9}));
  EXPECT_EQ(snapshot.refusedNotAllowed, 10U);
  EXPECT_EQ(snapshot.refusedPerSource, 11U);
  EXPECT_EQ(snapshot.byteless, 12U);
  EXPECT_EQ(snapshot.bytesIn, 13U);
  EXPECT_EQ(snapshot.bytesOut, 14U);
}

PartialStatistics partWithQueue(std::uint64_t depth, std::uint64_t peak, Nanoseconds oldest) {
  PartialStatistics part;
  part.counters = distinctCounters();
  part.daemons = {1, 2, 3, 4, 5};
  part.queueDepth = depth;
  part.queuePeak = peak;
  part.queueOldest = oldest;
  part.clientsOpen = 6;
  part.droppedTraceLines = 7;
  return part;
}

TEST(Report, SeveralPartsAddUp) {
  const StatisticsSnapshot both =
      combine({partWithQueue(1, 8, milliseconds(30)), partWithQueue(2, 5, milliseconds(40))});
  EXPECT_EQ(both.daemons, (std::array<std::uint64_t, kDaemonStateCount>{2, 4, 6, 8, 10}));
  EXPECT_EQ(both.queueDepth, 3U);
  EXPECT_EQ(both.queuePeak, 8U) << "the peaks need not have been at the same time";
  EXPECT_DOUBLE_EQ(both.queueOldestMs, 40);
  EXPECT_EQ(both.clientsOpen, 12U);
  EXPECT_EQ(both.droppedLogLines, 14U);
}

TEST(Report, TheCountersOfSeveralPartsAddUp) {
  const StatisticsSnapshot one = combine({partWithQueue(0, 0, {})});
  const StatisticsSnapshot two = combine({partWithQueue(0, 0, {}), partWithQueue(0, 0, {})});
  const auto members = {&StatisticsSnapshot::total,
                        &StatisticsSnapshot::replied,
                        &StatisticsSnapshot::delayed,
                        &StatisticsSnapshot::timeout,
                        &StatisticsSnapshot::failed,
                        &StatisticsSnapshot::unknown,
                        &StatisticsSnapshot::inFlight,
                        &StatisticsSnapshot::spawns,
                        &StatisticsSnapshot::deaths,
                        &StatisticsSnapshot::retired,
                        &StatisticsSnapshot::refusedNotAllowed,
                        &StatisticsSnapshot::refusedPerSource,
                        &StatisticsSnapshot::byteless,
                        &StatisticsSnapshot::bytesIn,
                        &StatisticsSnapshot::bytesOut};
  for (const auto member : members) {
    EXPECT_GT(one.*member, 0U);
    EXPECT_EQ(two.*member, 2 * one.*member);
  }
  for (std::size_t i = 0; i < kBucketCount; ++i) EXPECT_EQ(two.buckets[i], 2 * one.buckets[i]);
  for (std::size_t i = 0; i < kCauseCount; ++i) EXPECT_EQ(two.causes[i], 2 * one.causes[i]);
  for (std::size_t i = 0; i < kCondemnCauseCount; ++i) {
    EXPECT_EQ(two.condemned[i], 2 * one.condemned[i]);
  }
}

TEST(Report, PercentilesAreThoseOfAllPartsTogether) {
  PartialStatistics fast;
  PartialStatistics slow;
  for (int reply = 0; reply < 60; ++reply) {
    fast.counters.queryHandedOut(milliseconds(1));
    if (reply < 40) slow.counters.queryHandedOut(milliseconds(100));
  }
  const StatisticsSnapshot both = combine({fast, slow});
  EXPECT_NEAR(both.queueMs.p50, 1, 0.01);
  EXPECT_NEAR(both.queueMs.p90, 100, 0.1);
}

TEST(Report, TheRegistersShowEachDaemonAndABlankLine) {
  const std::string text = registersText({
      {DaemonState::kAvailable, 4711, 1, 12, 0, 0},
      {DaemonState::kBusy, 4712, 3, 0, 1500.25, 2},
      {DaemonState::kSpawning, 0, 2, 0, 0, 0},
  });
  EXPECT_EQ(text, R"( --- internal regs - 8< -------
d[0].status = S_AVAILABLE
d[0].daemon_pid = 4711
d[0].incarnation = 1
d[0].served = 12
d[0].busy_ms = 0.000
d[0].outstanding = 0

d[1].status = S_BUSY
d[1].daemon_pid = 4712
d[1].incarnation = 3
d[1].served = 0
d[1].busy_ms = 1500.250
d[1].outstanding = 2

d[2].status = S_SPAWNING
d[2].daemon_pid = 0
d[2].incarnation = 2
d[2].served = 0
d[2].busy_ms = 0.000
d[2].outstanding = 0

 --- internal regs - 8< -------
)");
}

}  // namespace
}  // namespace iotcpd::redirector
