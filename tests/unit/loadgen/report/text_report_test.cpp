#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TextReport, ReadsAsItAlwaysDid) {
  for (const std::string_view name : kSampleNames) {
    const std::string file = std::string(name) + ".txt";
    expectGolden(file, textReport(makeSample(name).result));
  }
}

TEST(TextReport, FitsAScreenWhateverHasHappened) {
  for (const std::string_view name : kSampleNames) {
    std::istringstream lines(textReport(makeSample(name).result));
    std::string line;
    int rows = 0;
    for (; std::getline(lines, line); ++rows) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_LE(rows, 40) << name;
  }
}

TEST(TextReport, SaysWhyAPercentileIsMissing) {
  const std::string few = textReport(makeSample("few").result);
  EXPECT_THAT(few, HasSubstr("insufficient samples (150 of 368)"));
  EXPECT_THAT(textReport(makeSample("steady").result), Not(HasSubstr("insufficient")));
}

TEST(TextReport, ShowsOkAlwaysAndErrorsThatThereWere) {
  const std::string refused = textReport(makeSample("refused").result);
  EXPECT_THAT(refused, HasSubstr("  ok                       0"));
  EXPECT_THAT(refused, HasSubstr("  refused                500"));
  EXPECT_THAT(refused, Not(HasSubstr("timeout")));
}

TEST(TextReport, NoByteOfARunSteersTheTerminal) {
  const std::string hostile = textReport(makeSample("hostile").result);
  EXPECT_THAT(hostile, Not(HasSubstr("\x1b")));
  EXPECT_EQ(hostile.find('\0'), std::string::npos);
}

TEST(TextReport, TellsAnInvalidRunBeforeItsAssertions) {
  EXPECT_THAT(textReport(makeSample("hostile").result), HasSubstr("\nINVALID: "));
  EXPECT_THAT(textReport(makeSample("steady").result),
              HasSubstr("\nVALID; 2 of 3 assertions passed, 1 FAILED\n"));
  EXPECT_TRUE(textReport(makeSample("few").result).ends_with("\nVALID\n"));
}

TEST(TextReport, TellsANoteToItsEndAndHowManyThereAre) {
  Result result = makeSample("steady").result;
  result.self.warnings = {
      "connections come from 127.0.0.2 to 127.0.0.65, so that local ports do "
      "not run out before the end."};
  EXPECT_THAT(textReport(result), HasSubstr("out before the end.\n"));
  result.self.warnings.emplace_back("another");
  EXPECT_THAT(textReport(result), HasSubstr("\nNote 1 of 2 connections come from"));
}

TEST(TextReport, NeverCutsTheSeed) {
  Result result = makeSample("closed").result;
  result.run.connections = 100'000;
  result.run.pipeline = 1'024;
  result.run.seed = 18'446'744'073'709'551'615U;
  EXPECT_THAT(textReport(result), HasSubstr("seed 18446744073709551615\n"));
}

}  // namespace
}  // namespace iotcpd::loadgen
