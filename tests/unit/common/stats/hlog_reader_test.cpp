#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/stats/hlog.h"

namespace iotcpd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

HdrHistogram of(std::int64_t value) {
  HdrHistogram histogram(1, 3'600'000'000'000, 3);
  histogram.record(value);
  return histogram;
}

const std::string& payload() {
  static const std::string text = encodeHistogram(of(5));
  return text;
}

/// A row as it stands in a file.
std::string row(const std::string& start) { return start + ",1.000,0.000," + payload() + '\n'; }

std::vector<HlogRow> rowsOf(const std::string& log) {
  std::vector<HlogRow> rows;
  readHlog(log, [&rows](HlogRow&& row) { rows.push_back(std::move(row)); });
  return rows;
}

/// Where the rows of a log begin.
std::vector<Nanoseconds> startsOf(const std::string& log) {
  std::vector<Nanoseconds> starts;
  for (const HlogRow& row : rowsOf(log)) starts.push_back(row.start);
  return starts;
}

std::string refusalOf(const std::string& log) {
  try {
    static_cast<void>(rowsOf(log));
  } catch (const HistogramFormatError& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith("line "), Not(HasSubstr("\n"))));
    return error.what();
  }
  return "accepted";
}

TEST(HlogReader, ReadsBackWhatIsWritten) {
  const auto start = std::chrono::system_clock::time_point(milliseconds(1'441'812'279'474));
  const auto rows = rowsOf(hlogHead(start) + hlogRow("", {}, seconds(1), of(5)) +
                           hlogRow("ok", seconds(1), milliseconds(1500), of(7)));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].tag, "");
  EXPECT_EQ(rows[0].start, seconds(0));
  EXPECT_EQ(rows[0].length, seconds(1));
  EXPECT_EQ(rows[0].histogram.max(), 5);
  EXPECT_EQ(rows[1].tag, "ok");
  EXPECT_EQ(rows[1].start, seconds(1));
  EXPECT_EQ(rows[1].length, milliseconds(1500));
  EXPECT_EQ(rows[1].histogram.max(), 7);
}

TEST(HlogReader, ReadsFilesWithOtherLineEndsAndWithoutTheLast) {
  EXPECT_THAT(rowsOf(""), IsEmpty());
  EXPECT_THAT(rowsOf("\r\n\n#\n"), IsEmpty());
  std::string log = "#note\r\n" + row("1.000") + row("2.000");
  log.insert(log.size() - 1, "\r");
  EXPECT_EQ(rowsOf(log).size(), 2U);
  log.resize(log.size() - 2);
  EXPECT_EQ(rowsOf(log).size(), 2U);
}

TEST(HlogReader, TimesAreExactToTheNanosecond) {
  const std::string start = "#[StartTime: 1700000000.123456789 (seconds since epoch), x]\n";
  EXPECT_EQ(startsOf(start + row("1700000000.123456790")), std::vector{Nanoseconds(1)});
}

TEST(HlogReader, WithoutAStartTimesCountFromTheFirstRow) {
  EXPECT_EQ(startsOf(row("5.250") + row("6")), (std::vector<Nanoseconds>{{}, milliseconds(750)}));
}

TEST(HlogReader, TimesLongBeforeTheStartCountFromIt) {
  const std::string start = "#[StartTime: 1441812279.474 (seconds since epoch), Wed]\n";
  EXPECT_EQ(startsOf(start + row("0.250")), std::vector<Nanoseconds>{milliseconds(250)});
  EXPECT_EQ(startsOf(start + row("1441812280.474")), std::vector<Nanoseconds>{seconds(1)});
  EXPECT_EQ(startsOf(start + row("1441812278.474")), std::vector<Nanoseconds>{seconds(-1)});
}

TEST(HlogReader, BaseTimeIsAddedToEveryTime) {
  const std::string head =
      "#[BaseTime: 1000.000 (seconds since epoch)]\n"
      "#[StartTime: 1002.500 (seconds since epoch), Thu]\n";
  EXPECT_EQ(startsOf(head + row("3.000")), std::vector<Nanoseconds>{milliseconds(500)});
}

TEST(HlogReader, RefusesABrokenRowAtItsLineAndPlace) {
  EXPECT_EQ(refusalOf(row("1")), "accepted");
  EXPECT_THAT(refusalOf("#\n" + row("x")),
              AllOf(StartsWith("line 2: expected seconds from 0 to 4000000000 such as 1.250 at "),
                    HasSubstr("column 1: <-- HERE x,1.000")));
  EXPECT_THAT(refusalOf("1.5"), StartsWith("line 1: expected ',' at column 4: 1.5<-- HERE "));
  EXPECT_THAT(refusalOf("1,2"), HasSubstr("expected ',' at column 4"));
  EXPECT_THAT(refusalOf("1,2,"), HasSubstr("expected the maximum, a number at column 5"));
  EXPECT_THAT(refusalOf("1,2,3"), HasSubstr("expected ',' at column 6"));
  EXPECT_THAT(refusalOf("1,2,3,"), HasSubstr("line 1: not a histogram: 0 bytes"));
  EXPECT_THAT(refusalOf("1,-2,3,"), HasSubstr("column 3: 1,<-- HERE -2"));
  EXPECT_THAT(refusalOf("1s,2,3,"), HasSubstr("expected ',' at column 2"));
  EXPECT_THAT(refusalOf(row("1") + "1,2,3,HIST!\n"), HasSubstr("line 2: not a histogram: "));
}

TEST(HlogReader, RefusesATagThatDoesNotEnd) {
  EXPECT_EQ(rowsOf("Tag=," + row("1"))[0].tag, "");
  EXPECT_THAT(refusalOf("Tag=a"), HasSubstr("expected ',' at column 6"));
  EXPECT_THAT(refusalOf("Tag=a b," + row("1")), HasSubstr("expected ',' at column 6"));
}

TEST(HlogReader, RefusesTimesThatCannotBeExpressed) {
  EXPECT_EQ(refusalOf(row("4000000000")), "accepted");
  EXPECT_THAT(refusalOf(row("4000000000.000000001")), HasSubstr("expected seconds"));
  EXPECT_THAT(refusalOf(row("99999999999999999999")), HasSubstr("expected seconds"));
  EXPECT_THAT(refusalOf("#[StartTime: soon\n"), HasSubstr("expected seconds"));
  EXPECT_THAT(refusalOf("#[BaseTime: \n"), HasSubstr("expected seconds"));
}

}  // namespace
}  // namespace iotcpd
