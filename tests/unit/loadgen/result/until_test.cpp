#include "loadgen/result/until.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"
#include "common/text/scanner.h"

namespace iotcpd::loadgen {
namespace {

std::string errorOf(std::string_view text) {
  try {
    static_cast<void>(Until::parse(text));
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return "";
}

/// Exponential latencies of 10 ms on average.
HdrHistogram exponential(int count) {
  RandomStream random(1, "until");
  HdrHistogram histogram = makeTimeHistogram();
  for (int i = 0; i < count; ++i) {
    histogram.record(static_cast<std::int64_t>(-1e7 * std::log1p(-random.uniform())));
  }
  return histogram;
}

TEST(Until, IsAPercentileAndAShareOfIt) {
  const Until until = Until::parse("p99.9±2.5%");
  EXPECT_EQ(until.percentile, 99.9);
  EXPECT_EQ(until.halfWidth, 0.025);
  EXPECT_EQ(until.text, "p99.9+-2.5%");
}

TEST(Until, TheSignMayBeTypedOnAnyKeyboardAndBlanksAreFree) {
  EXPECT_EQ(Until::parse("p99+-5%").text, "p99+-5%");
  EXPECT_EQ(Until::parse(" p99.0 ± 5.0% ").text, "p99+-5%");
}

TEST(Until, TheDefaultIsWhatItsTextSays) {
  const Until read = Until::parse(Until().text);
  EXPECT_EQ(read.percentile, Until().percentile);
  EXPECT_EQ(read.halfWidth, Until().halfWidth);
}

TEST(Until, WhatARunHasComeToInsteadIsSaidWithItsInterval) {
  const HdrHistogram latency = exponential(20'000);
  EXPECT_EQ(Until::parse("p99±5%").shortfall(latency, 1), "");
  const std::string said = Until::parse("p99±0.5%").shortfall(latency, 1);
  EXPECT_TRUE(said.starts_with("p99+-0.5% was not reached: the interval is 4")) << said;
  EXPECT_NE(said.find("ms to 4"), std::string::npos) << said;
}

TEST(Until, TooFewSamplesHaveNotReachedIt) {
  EXPECT_EQ(Until::parse("p99±5%").shortfall(exponential(100), 1),
            "p99+-5% was not reached: 100 samples are too few for an interval");
}

TEST(Until, BothSidesOfTheIntervalCount) {
  // The median is the upper value, just so: what the interval has beside it is all below.
  HdrHistogram latency = makeTimeHistogram();
  latency.record(1'000'000, 10'000);
  latency.record(10'000'000, 10'050);
  EXPECT_FALSE(Until::parse("p50±5%").isReached(latency, 1));
  EXPECT_TRUE(Until::parse("p50±100%").isReached(latency, 1));
}

TEST(Until, ErrorsMarkThePlace) {
  EXPECT_EQ(errorOf("99±5%"),
            "expected a percentile above 0 and below 100 with at most 5 decimals, such as p99.9 at "
            "column 1: <-- HERE 99±5%");
  EXPECT_EQ(errorOf("p99"), "expected '±' or '+-' at column 4: p99<-- HERE ");
  EXPECT_EQ(errorOf("p99-5%"), "expected '±' or '+-' at column 4: p99<-- HERE -5%");
  EXPECT_EQ(
      errorOf("p99+-5"),
      "expected a share above 0% and at most 100%, such as 2.5% at column 6: p99+-<-- HERE 5");
  EXPECT_EQ(errorOf("p99+-5% x"), "expected nothing more at column 9: p99+-5% <-- HERE x");
}

TEST(Until, TheLimitsAreKept) {
  EXPECT_EQ(errorOf("p99+-0.5%"), "");
  EXPECT_NE(errorOf("p99+-0.4%"), "");
  EXPECT_EQ(errorOf("p99+-100%"), "");
  EXPECT_NE(errorOf("p99+-101%"), "");
  EXPECT_NE(errorOf("p100+-5%"), "");
  EXPECT_NE(errorOf("p0+-5%"), "");
  EXPECT_EQ(errorOf("p99.99999+-5%"), "");
  EXPECT_NE(errorOf("p99.999999+-5%"), "");
}

TEST(Until, IsReachedWhenTheIntervalIsNarrowEnough) {
  // The relative half width of p99 of an exponential: 1.96 sqrt(0.99/0.01/n) / ln 100.
  const Until until = Until::parse("p99+-5%");
  EXPECT_FALSE(until.isReached(exponential(2000), 1));
  EXPECT_TRUE(until.isReached(exponential(20'000), 1));
}

TEST(Until, CorrelatedLatenciesTakeLonger) {
  const Until until = Until::parse("p99+-5%");
  EXPECT_FALSE(until.isReached(exponential(20'000), 0.1));
  EXPECT_TRUE(until.isReached(exponential(200'000), 0.1));
}

TEST(Until, IsNotReachedWithTooFewSamples) {
  HdrHistogram same = makeTimeHistogram();
  EXPECT_FALSE(Until().isReached(same, 1));
  same.record(5'000'000, 367);
  EXPECT_FALSE(Until().isReached(same, 1));
  same.record(5'000'000);
  EXPECT_TRUE(Until().isReached(same, 1));
}

}  // namespace
}  // namespace iotcpd::loadgen
