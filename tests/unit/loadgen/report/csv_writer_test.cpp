#include "loadgen/report/csv_writer.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

std::string csvOf(const std::vector<RunInterval>& intervals) {
  const TemporaryFile file("");
  CsvWriter csv(file.path());
  csv.begin();
  for (const RunInterval& interval : intervals) csv.onInterval(interval);
  EXPECT_EQ(csv.close(), "");
  return contentOf(file.path());
}

TEST(CsvWriter, WritesARowPerInterval) {
  expectGolden("hostile.csv", csvOf(makeSample("hostile").intervals));
}

TEST(CsvWriter, LeavesPercentilesOfTooFewRepliesEmpty) {
  RunInterval interval;
  interval.length = std::chrono::milliseconds(500);
  interval.isWarmup = true;
  interval.outcomes.add(Outcome::kOk, 100);
  interval.latency.record(2'000'000, 100);
  const std::string csv = csvOf({interval, RunInterval{}});
  std::istringstream lines(csv);
  std::string head, few, none;
  std::getline(lines, head);
  std::getline(lines, few);
  std::getline(lines, none);
  EXPECT_EQ(few, "0.000,0.500,1,0,100,0,0,0,0,0,0,0,0,0,200.0,2.000,2.000,,2.000");
  EXPECT_EQ(none, "0.000,0.000,0,0,0,0,0,0,0,0,0,0,0,0,0.0,,,,");
  EXPECT_EQ(std::count(head.begin(), head.end(), ','), std::count(none.begin(), none.end(), ','));
}

TEST(CsvWriter, HasWrittenARowWhenItsIntervalIsOver) {
  const TemporaryFile file("");
  CsvWriter csv(file.path());
  csv.begin();
  const std::string head = contentOf(file.path());
  csv.onInterval(RunInterval{});
  EXPECT_GT(contentOf(file.path()).size(), head.size());
}

TEST(CsvWriter, LeavesWhatWasThereUntilTheRunGoesOff) {
  const TemporaryFile file("yesterday's");
  CsvWriter csv(file.path());
  EXPECT_EQ(contentOf(file.path()), "yesterday's");
  csv.begin();
  EXPECT_TRUE(contentOf(file.path()).starts_with("start_s,"));
}

}  // namespace
}  // namespace iotcpd::loadgen
