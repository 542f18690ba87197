#include "loadgen/plan/replay.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/text/quantity.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;

std::string logLine(std::string_view time, int elapsedMs, std::string_view url) {
  return fmt::format("{} {:6} 10.0.0.1 TCP_MISS/200 411 GET {} - DIRECT/1.2.3.4 text/html\n", time,
                     elapsedMs, url);
}

struct Sent {
  Nanoseconds due;
  std::string line;
  friend bool operator==(const Sent&, const Sent&) = default;
};

std::vector<Sent> replayOf(const std::string& log, double speed = 1) {
  const TemporaryFile file(log);
  Replay replay(file.path(), speed);
  std::vector<Sent> sent;
  for (PlannedRequest request; replay.next(request);) {
    EXPECT_EQ(request.behaviour, Behaviour::kOrdinary);
    sent.push_back({request.due, std::string(request.line)});
  }
  PlannedRequest request;
  EXPECT_FALSE(replay.next(request));
  return sent;
}

std::string lineOf(std::string_view url) {
  return fmt::format("{} 10.0.0.1/- - GET myip=- myport=3128\n", url);
}

std::string errorOf(const std::string& log, double speed = 1) {
  const TemporaryFile file(log);
  std::string error = planErrorOf([&] { const Replay replay(file.path(), speed); });
  const std::size_t at = error.find(file.path());
  return at == std::string::npos ? "not named: " + error
                                 : error.replace(at, file.path().size(), "F");
}

TEST(Replay, HasTheTimingOfTheLog) {
  EXPECT_EQ(replayOf(logLine("1286536308.000", 0, "http://a/") +
                     logLine("1286536308.779", 0, "http://b/") +
                     logLine("1286536400.000", 0, "http://c/")),
            (std::vector<Sent>{{milliseconds(0), lineOf("http://a/")},
                               {milliseconds(779), lineOf("http://b/")},
                               {milliseconds(92'000), lineOf("http://c/")}}));
}

TEST(Replay, SendsWhenRequestsBeganNotWhenTheyWereLogged) {
  EXPECT_EQ(replayOf(logLine("100.100", 0, "http://b/") + logLine("100.200", 150, "http://a/") +
                     logLine("100.250", 10, "http://c/")),
            (std::vector<Sent>{{milliseconds(0), lineOf("http://a/")},
                               {milliseconds(50), lineOf("http://b/")},
                               {milliseconds(190), lineOf("http://c/")}}));
}

TEST(Replay, KeepsTheOrderOfTheLogAmongThoseOfOneTime) {
  const std::vector<Sent> sent =
      replayOf(logLine("1.000", 0, "x") + logLine("1.000", 0, "y") + logLine("1.000", 0, "a"));
  EXPECT_EQ(sent, (std::vector<Sent>{{Nanoseconds(0), lineOf("x")},
                                     {Nanoseconds(0), lineOf("y")},
                                     {Nanoseconds(0), lineOf("a")}}));
}

TEST(Replay, ItsSpeedDividesTheTimes) {
  const std::string log = logLine("1.000", 0, "a") + logLine("2.000", 0, "b");
  EXPECT_EQ(replayOf(log, 2)[1].due, milliseconds(500));
  EXPECT_EQ(replayOf(log, 0.5)[1].due, milliseconds(2000));
  EXPECT_EQ(replayOf(log, 3)[1].due, Nanoseconds(333'333'333));
}

TEST(Replay, SaysWhatSquidSaysToItsRedirector) {
  EXPECT_EQ(replayOf("1.000 0 h.x X/0 0 CONNECT a:443 joe N/- -\n")[0].line,
            "a:443 h.x/- joe CONNECT myip=- myport=3128\n");
}

TEST(Replay, LeavesOutWhatWasNoRequest) {
  EXPECT_EQ(replayOf(logLine("1.000", 0, "error:no-request") + logLine("3.000", 0, "a")),
            (std::vector<Sent>{{Nanoseconds(0), lineOf("a")}}));
}

TEST(Replay, ATokenInAUrlIsExpected) {
  const TemporaryFile file(logLine("1.000", 0, "http://a/tk_00000000000000ab"));
  Replay replay(file.path(), 1);
  PlannedRequest request;
  ASSERT_TRUE(replay.next(request));
  EXPECT_TRUE(request.hasToken);
  EXPECT_EQ(request.token, 0xabU);
}

TEST(Replay, AWrongLineIsNamedWithItsNumberAndPlace) {
  const std::string error = errorOf(logLine("1.000", 0, "a") + "1.000 x\n");
  EXPECT_EQ(error,
            "access.log 'F' line 2: expected a whole number from 0 to 1000000000 at column 7: "
            "1.000 <-- HERE x");
  EXPECT_EQ(errorOf(std::string(64UL * 1024, 'x') + '\n'),
            "access.log 'F' line 1: it is longer than 64KiB");
}

TEST(Replay, ALogWithoutARequestIsRefused) {
  const std::string expected =
      "access.log 'F' has no request: Squid's native access.log is expected";
  EXPECT_EQ(errorOf(""), expected);
  EXPECT_EQ(errorOf(logLine("1.000", 0, "error:no-request")), expected);
}

TEST(Replay, GoesOnForTenThousandHoursAtTheMost) {
  const std::string log = logLine("0.000", 0, "a") + logLine("72000000.000", 0, "b");
  EXPECT_EQ(replayOf(log, 2)[1].due, std::chrono::hours(10'000));
  EXPECT_EQ(errorOf(log, 1.99), "access.log 'F' goes on for longer than 10000h at this speed");
}

TEST(Replay, ALogHasSoManyLinesAndBytesAtTheMost) {
  EXPECT_EQ(ReplayLimits().lines, 10'000'000U);
  EXPECT_EQ(ReplayLimits().bytes, 1024U * 1024 * 1024);
  const std::string line = logLine("1.000", 0, "a");
  const TemporaryFile file(line + line + line);
  const auto errorOfLimits = [&](const ReplayLimits& limits) {
    return planErrorOf([&] { const Replay replay(file.path(), 1, limits); });
  };
  const std::string name = "access.log '" + file.path() + "' ";
  EXPECT_EQ(errorOfLimits({3 * line.size(), 3}), "");
  EXPECT_EQ(errorOfLimits({3 * line.size(), 2}), name + "has more than 2 lines");
  EXPECT_EQ(errorOfLimits({3 * line.size() - 1, 3}),
            name + "is larger than " + formatSize(3 * line.size() - 1));
}

}  // namespace
}  // namespace iotcpd::loadgen
