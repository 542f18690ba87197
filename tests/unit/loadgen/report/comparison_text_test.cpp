#include "loadgen/report/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/report/golden.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Comparison twoRuns() {
  Comparison comparison;
  comparison.metrics = {
      {"rate", "999.3/s", "1000.0/s", true, 1.0007, 0.998, 1.003, false, false},
      {"p50 latency", "0.937 ms", "0.838 ms", true, 0.8943, 0.887, 0.902, false, true},
      {"p99 latency", "17.842 ms", "401.342 ms", true, 22.494, 19.2, 25.9, true, false},
      {"p99.99 latency", "insufficient samples", "998.2 ms"}};
  comparison.cautions = {"The seeds differ: 42 and 43.", "b.json is INVALID: it was starved."};
  return comparison;
}

TEST(ComparisonText, IsATableWithMarksAndCautions) {
  expectGolden("comparison.txt", comparisonText(twoRuns(), "a.json", "b.json"));
}

TEST(ComparisonText, SaysInTheEndWhetherAnythingIsWorse) {
  EXPECT_THAT(comparisonText(twoRuns(), "a", "b"), HasSubstr("\nWorse: at least one"));
  Comparison better = twoRuns();
  better.metrics[2].isWorse = false;
  EXPECT_THAT(comparisonText(better, "a", "b"), HasSubstr("something is better"));
  better.metrics[1].isBetter = false;
  EXPECT_THAT(comparisonText(better, "a", "b"), HasSubstr("no difference beyond the tolerance"));
}

TEST(ComparisonText, ShowsTheEndOfALongFileName) {
  const std::string text =
      comparisonText(twoRuns(), std::string(200, 'x') + "/base.json", "evil\x1b[2J");
  EXPECT_THAT(text, HasSubstr("...xxx"));
  EXPECT_THAT(text, HasSubstr("/base.json"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace iotcpd::loadgen
