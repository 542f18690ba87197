#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/cli/exit_codes.h"
#include "common/os/text_file.h"
#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/app/printed.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kPlenty = 10'000'000;
constexpr std::uint64_t kRequests = 2000;

/// A run in which every reply took about that long.
Result resultWith(Nanoseconds latency) {
  Result result;
  result.run.version = "2.0.0";
  result.run.target = "127.0.0.1:9991";
  result.run.connections = 10;
  result.measured = seconds(10);
  result.planned = result.sent = kRequests;
  result.outcomes.add(Outcome::kOk, kRequests);
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    const std::int64_t time = latency.count() + static_cast<std::int64_t>(i % 100) * 1000;
    result.latency[static_cast<std::size_t>(Outcome::kOk)].record(time);
    result.service.record(time);
    result.sendLag.record(1000);
  }
  result.meanLatency = static_cast<double>(latency.count());
  result.meanHalfWidth = 1000;
  TimelinePoint point;
  point.length = seconds(10);
  point.sent = kRequests;
  point.outcomes = result.outcomes;
  point.latency.record(latency.count());
  result.timeline.push_back(point);
  return result;
}

/// Two runs, the second with twice the latency.
class ResultCommands : public ::testing::Test {
 protected:
  TemporaryFile fast_{jsonReport(resultWith(milliseconds(10)))};
  TemporaryFile slow_{jsonReport(resultWith(milliseconds(20)))};
  TemporaryFile output_{""};

  [[nodiscard]] std::string written() const { return readTextFile(output_.path(), kPlenty); }
};

TEST_F(ResultCommands, CompareEndsWith99WhenTheSecondIsWorse) {
  const Printed worse = printedBy({"compare", fast_.path(), slow_.path()});
  EXPECT_EQ(worse.code, kExitAssertion) << worse.complaint;
  EXPECT_THAT(worse.output, HasSubstr("p99"));
  EXPECT_EQ(printedBy({"compare", slow_.path(), fast_.path()}).code, kExitOk);
  EXPECT_EQ(printedBy({"compare", fast_.path(), fast_.path()}).code, kExitOk);
}

TEST_F(ResultCommands, CompareToleratesWhatItIsTold) {
  EXPECT_EQ(printedBy({"compare", "--tolerance=150%", fast_.path(), slow_.path()}).code, kExitOk);
  const Printed refused = printedBy({"compare", "--tolerance=5", fast_.path(), slow_.path()});
  EXPECT_EQ(refused.code, kExitUsage);
  EXPECT_EQ(refused.complaint,
            "iotcpd-loadgen: --tolerance: '5' is not accepted; accepted is 0% to 1000%\n");
}

TEST_F(ResultCommands, CompareIsQuietWhenAsked) {
  const Printed printed = printedBy({"compare", "-q", fast_.path(), slow_.path()});
  EXPECT_EQ(printed.code, kExitAssertion);
  EXPECT_EQ(printed.output, "");
}

TEST_F(ResultCommands, CompareTakesTwoResults) {
  EXPECT_EQ(printedBy({"compare", fast_.path()}).complaint,
            "iotcpd-loadgen: 1 result file is given; accepted are 2\n");
  EXPECT_EQ(printedBy({"compare"}).complaint,
            "iotcpd-loadgen: 0 result files are given; accepted are 2\n");
}

TEST_F(ResultCommands, MergeAddsWhatWasCounted) {
  const Printed printed = printedBy({"merge", "-o", output_.path(), fast_.path(), slow_.path()});
  EXPECT_EQ(printed.code, kExitOk) << printed.complaint;
  EXPECT_THAT(printed.output, HasSubstr("2 runs merged"));
  const Result merged = readResult(output_.path());
  EXPECT_EQ(merged.planned, 2 * kRequests);
  EXPECT_EQ(merged.okLatency().count(), static_cast<std::int64_t>(2 * kRequests));
}

TEST_F(ResultCommands, MergeSaysInWhatSettingsTheRunsDiffer) {
  Result other = resultWith(milliseconds(20));
  other.run.connections = 77;
  other.run.target = "127.0.0.1:7";
  const TemporaryFile different{jsonReport(other)};
  const Printed printed =
      printedBy({"merge", "-o", output_.path(), fast_.path(), different.path()});
  EXPECT_EQ(printed.code, kExitOk);
  const RunDescription& run = resultWith(milliseconds(10)).run;
  EXPECT_EQ(printed.complaint,
            fmt::format("iotcpd-loadgen: caution: the target differs: {} and 127.0.0.1:7\n"
                        "iotcpd-loadgen: caution: the number of connections differs: {} and 77\n",
                        run.target.empty() ? "none" : run.target, run.connections));
  EXPECT_EQ(readResult(output_.path()).self.warnings.size(), 2U);
  EXPECT_EQ(printedBy({"merge", "-q", fast_.path(), different.path()}).complaint, "");
  EXPECT_EQ(printedBy({"merge", fast_.path(), slow_.path()}).complaint, "");
}

TEST_F(ResultCommands, MergeNeedsTwo) {
  EXPECT_EQ(printedBy({"merge", fast_.path()}).complaint,
            "iotcpd-loadgen: 1 result file is given; accepted are 2 to 64\n");
}

TEST_F(ResultCommands, ReportShowsAResultAgain) {
  EXPECT_EQ(printedBy({"report", fast_.path()}).output, textReport(resultWith(milliseconds(10))));
  EXPECT_EQ(printedBy({"report", "-q", fast_.path()}).output, "");
}

TEST_F(ResultCommands, ReportWritesEveryFormat) {
  for (const auto& [option, start] :
       std::vector<std::pair<std::string, std::string>>{{"json", "{"},
                                                        {"csv", "start_s"},
                                                        {"hgrm", "       Value"},
                                                        {"hlog", "#[Histogram log format version"},
                                                        {"html", "<!"},
                                                        {"junit", "<?xml"}}) {
    const Printed printed =
        printedBy({"report", "--quiet", "--" + option + "=" + output_.path(), fast_.path()});
    EXPECT_EQ(printed.code, kExitOk) << option << ": " << printed.complaint;
    EXPECT_THAT(written().substr(0, 40), StartsWith(start)) << option;
  }
}

TEST_F(ResultCommands, AReportOnStandardOutputIsAloneThere) {
  const Printed printed = printedBy({"report", "--json=-", fast_.path()});
  EXPECT_EQ(printed.output, jsonReport(resultWith(milliseconds(10))));
}

TEST_F(ResultCommands, ReportOverlaysSeveralAsPlotsOnly) {
  const Printed printed =
      printedBy({"report", "--html=" + output_.path(), fast_.path(), slow_.path()});
  EXPECT_EQ(printed.code, kExitOk) << printed.complaint;
  EXPECT_THAT(printed.output, StartsWith("== iotcpd_unit_"));
  EXPECT_THAT(written(), HasSubstr("</html>"));
  const Printed refused =
      printedBy({"report", "--csv=" + output_.path(), fast_.path(), slow_.path()});
  EXPECT_EQ(refused.code, kExitUsage);
  EXPECT_THAT(refused.complaint, HasSubstr("--csv takes one result"));
}

TEST_F(ResultCommands, AnOutputThatCannotBeWrittenIsAnError) {
  for (const std::string option : {"--json", "--csv", "--hlog", "--html"}) {
    const Printed printed = printedBy({"report", option + "=/dev/full", fast_.path()});
    EXPECT_EQ(printed.code, kExitIo) << option;
    EXPECT_THAT(printed.complaint, HasSubstr("/dev/full")) << option;
  }
  EXPECT_EQ(printedBy({"report", "--csv=/nowhere/x", fast_.path()}).code, kExitIo);
}

}  // namespace
}  // namespace iotcpd::loadgen
