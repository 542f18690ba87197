#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/text/scanner.h"
#include "loadgen/result/assertion.h"

namespace iotcpd::loadgen {
namespace {

using testing::StartsWith;

std::string errorOf(std::string_view text) {
  try {
    static_cast<void>(Assertion::parse(text));
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return "";
}

TEST(AssertionText, EachKindIsPrintedAsItIsWritten) {
  for (const std::string_view text :
       {"p99 < 50ms",         "p99.9 <= 1.5s",   "p0.00001 > 0s",           "min >= 1us",
        "mean != 2h",         "max == 24h",      "service.p50 < 5ms",       "service.max < 5ms",
        "lag.p99 < 1ms",      "lag.mean < 1ms",  "rate >= 0.99 * target",   "rate > 1000.5/s",
        "target == 100/s",    "errors == 0",     "errors < 0.00001%",       "error-share < 1%",
        "error-share < 0.01", "cross-talk == 0", "planned > 1000000000000", "sent >= 99.9%"}) {
    EXPECT_EQ(Assertion::parse(text).text(), text);
    EXPECT_EQ(Assertion::parse(Assertion::parse(text).text()), Assertion::parse(text));
  }
}

TEST(AssertionText, BlanksAreFree) {
  EXPECT_EQ(Assertion::parse("p99<50ms").text(), "p99 < 50ms");
  EXPECT_EQ(Assertion::parse("  rate>=0.99*target ").text(), "rate >= 0.99 * target");
  EXPECT_EQ(Assertion::parse("errors\t==\t0").text(), "errors == 0");
}

TEST(AssertionText, FiguresArePrintedInTheirShortestForm) {
  EXPECT_EQ(Assertion::parse("p99.0 < 1000us").text(), "p99 < 1ms");
  EXPECT_EQ(Assertion::parse("rate >= 600.0/min").text(), "rate >= 10/s");
  EXPECT_EQ(Assertion::parse("errors < 01.50%").text(), "errors < 1.5%");
}

TEST(AssertionText, AnUnknownMetricIsToldItsNearNames) {
  EXPECT_EQ(errorOf("erors == 0"),
            "expected a metric, perhaps errors, at column 1: <-- HERE erors == 0");
  EXPECT_EQ(errorOf("time-out == 0"),
            "expected a metric, perhaps timeout, at column 1: <-- HERE time-out == 0");
  EXPECT_THAT(errorOf("happiness > 1"), StartsWith("expected a metric: p99, min, mean, max, "));
  EXPECT_THAT(errorOf(""), StartsWith("expected a metric: p99, "));
  EXPECT_THAT(errorOf("service > 1ms"), StartsWith("expected a metric"));
}

TEST(AssertionText, ErrorsMarkThePlace) {
  EXPECT_EQ(errorOf("p99 = 50ms"),
            "expected one of < <= == != >= > at column 5: p99 <-- HERE = 50ms");
  EXPECT_EQ(errorOf("p99 < 50"),
            "expected a time with its unit such as 5ms, at most 24h at column 7: p99 < <-- HERE "
            "50");
  EXPECT_EQ(errorOf("service.errors < 1ms"),
            "expected a percentile such as p99, min, mean or max at column 9: service.<-- HERE "
            "errors < 1ms");
  EXPECT_EQ(errorOf("rate > 1000"),
            "expected '/s', '/min', '/h' or '* target' at column 12: rate > 1000<-- HERE ");
  EXPECT_EQ(errorOf("rate > 0.9 * goal"),
            "expected 'target' at column 14: rate > 0.9 * <-- HERE goal");
  EXPECT_EQ(errorOf("target > 1 * target"),
            "expected '/s', '/min' or '/h' at column 11: target > 1<-- HERE  * target");
  EXPECT_EQ(errorOf("errors == 0 0"), "expected nothing more at column 13: errors == 0 <-- HERE 0");
  EXPECT_EQ(errorOf("errors == many"),
            "expected a number from 0 to 1000000000000 at column 11: errors == <-- HERE many");
}

TEST(AssertionText, AFigureTakesItsOwnUnitAlone) {
  EXPECT_NE(errorOf("p99 < 5%"), "");
  EXPECT_NE(errorOf("errors < 5ms"), "");
  EXPECT_NE(errorOf("errors < 5/s"), "");
  EXPECT_NE(errorOf("rate < 5%"), "");
  EXPECT_NE(errorOf("error-share < 5 * target"), "");
}

TEST(AssertionText, PercentilesAreAboveZeroAndBelowAHundred) {
  EXPECT_EQ(errorOf("p99.99999 < 1s"), "");
  EXPECT_NE(errorOf("p99.999999 < 1s"), "");
  EXPECT_NE(errorOf("p100 < 1s"), "");
  EXPECT_NE(errorOf("p0 < 1s"), "");
  EXPECT_NE(errorOf("p101 < 1s"), "");
}

}  // namespace
}  // namespace iotcpd::loadgen
