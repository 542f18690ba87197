#include "common/stats/hlog.h"

#include <chrono>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iotcpd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

HdrHistogram ofOneMillisecond() {
  HdrHistogram histogram(1, 3'600'000'000'000, 3);
  histogram.record(1'000'003);
  return histogram;
}

std::chrono::system_clock::time_point sinceEpoch(Nanoseconds time) {
  return std::chrono::system_clock::time_point(time);
}

TEST(Hlog, TheHeadSaysWhereTheTimesCountFrom) {
  EXPECT_EQ(hlogHead(sinceEpoch(milliseconds(1'441'812'279'474))),
            "#[Histogram log format version 1.3]\n"
            "#[BaseTime: 1441812279.474 (seconds since epoch)]\n"
            "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 15:24:39 UTC 2015]\n"
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
            "\"Interval_Compressed_Histogram\"\n");
}

TEST(Hlog, TheDateAgreesWithTheRoundedTime) {
  const std::string head = hlogHead(sinceEpoch(Nanoseconds(1'441'812'279'999'600'000)));
  EXPECT_THAT(head, HasSubstr("1441812280.000 (seconds since epoch), Wed Sep 09 15:24:40 UTC"));
}

TEST(Hlog, ARowIsTagStartLengthMaximumAndHistogram) {
  const HdrHistogram histogram = ofOneMillisecond();
  const std::string encoded = encodeHistogram(histogram);
  EXPECT_EQ(hlogRow("", milliseconds(250), milliseconds(1001), histogram),
            "0.250,1.001,1.000," + encoded + '\n');
  EXPECT_EQ(hlogRow("ok", seconds(2), seconds(1), histogram),
            "Tag=ok,2.000,1.000,1.000," + encoded + '\n');
}

TEST(Hlog, TheMaximumIsTheUpperEndOfItsCellInMilliseconds) {
  HdrHistogram histogram(1'000'000, 3'600'000'000'000, 2);
  histogram.record(1'000'003);
  // Cells of 2^19 ns, and 1 ms is in the second.
  EXPECT_THAT(hlogRow("", {}, seconds(1), histogram), HasSubstr("0.000,1.000,1.049,"));
  histogram.reset();
  EXPECT_THAT(hlogRow("", {}, seconds(1), histogram), HasSubstr("0.000,1.000,0.000,"));
}

TEST(Hlog, RefusesATagThatNobodyCouldRead) {
  const HdrHistogram histogram = ofOneMillisecond();
  EXPECT_NO_THROW(static_cast<void>(hlogRow("wrong-reply", {}, {}, histogram)));
  for (const char* tag : {"a,b", "a b", "a\nb", "a\tb", "\r"}) {
    EXPECT_THROW(static_cast<void>(hlogRow(tag, {}, {}, histogram)), std::invalid_argument) << tag;
  }
}

}  // namespace
}  // namespace iotcpd
