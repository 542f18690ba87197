#include "loadgen/result/confidence.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// 1 to `count`, in microseconds: the k-th smallest is k, up to the width of a cell.
HdrHistogram oneOfEach(int count) {
  HdrHistogram histogram = makeTimeHistogram();
  for (int i = 1; i <= count; ++i) histogram.record(1000 * i);
  return histogram;
}

/// P(B < k) for B ~ Bin(n, p), term by term.
double binomialBelow(std::uint64_t k, std::uint64_t n, double p) {
  double sum = 0;
  for (std::uint64_t i = 0; i < k; ++i) {
    const auto at = static_cast<double>(i);
    const auto all = static_cast<double>(n);
    sum += std::exp(std::lgamma(all + 1) - std::lgamma(at + 1) - std::lgamma(all - at + 1) +
                    at * std::log(p) + (all - at) * std::log1p(-p));
  }
  return sum;
}

TEST(Confidence, ThePercentilesOfReportsHaveTheirKnownThresholds) {
  EXPECT_EQ(samplesNeeded(99), 368U);
  EXPECT_EQ(samplesNeeded(99.9), 3'688U);
  EXPECT_EQ(samplesNeeded(99.99), 36'887U);
  EXPECT_EQ(samplesNeeded(50), 6U);
  EXPECT_EQ(samplesNeeded(1), 368U) << "as rare on the other side";
}

TEST(Confidence, NoNumberOfSamplesIsEnoughForTheEndsOfADistribution) {
  EXPECT_EQ(samplesNeeded(0), kNever);
  EXPECT_EQ(samplesNeeded(100), kNever);
  EXPECT_FALSE(percentileInterval(oneOfEach(1000), 100));
  EXPECT_FALSE(percentileInterval(oneOfEach(1000), 0));
}

TEST(Confidence, OneSampleLessThanTheThresholdIsNotEnough) {
  for (const double percentile : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const std::uint64_t needed = samplesNeeded(percentile);
    EXPECT_TRUE(rankInterval(needed, percentile / 100, 0.95)) << percentile;
    EXPECT_FALSE(rankInterval(needed - 1, percentile / 100, 0.95)) << percentile;
  }
  EXPECT_TRUE(percentileInterval(oneOfEach(368), 99));
  EXPECT_FALSE(percentileInterval(oneOfEach(367), 99));
  EXPECT_FALSE(percentileInterval(makeTimeHistogram(), 50));
}

TEST(Confidence, RanksAreThoseOfTheBinomialDistribution) {
  for (const auto& [n, p] : {std::pair{6UL, 0.5}, std::pair{100UL, 0.5}, std::pair{1000UL, 0.99},
                             std::pair{5000UL, 0.01}, std::pair{4000UL, 0.9}}) {
    const auto ranks = rankInterval(n, p, 0.95);
    ASSERT_TRUE(ranks);
    EXPECT_LE(binomialBelow(ranks->low, n, p), 0.025) << n;
    EXPECT_GT(binomialBelow(ranks->low + 1, n, p), 0.025) << n;
    EXPECT_LE(1 - binomialBelow(ranks->high, n, p), 0.025) << n;
    EXPECT_GT(1 - binomialBelow(ranks->high - 1, n, p), 0.025) << n;
  }
}

TEST(Confidence, TheMedianOfAHundredLiesBetweenTheKnownRanks) {
  const auto ranks = rankInterval(100, 0.5, 0.95);
  ASSERT_TRUE(ranks);
  EXPECT_EQ(ranks->low, 40U);
  EXPECT_EQ(ranks->high, 61U);
}

TEST(Confidence, AboveTheExactRangeRanksAreOffByOneAtTheMost) {
  for (const auto& [n, p] : {std::pair{4001UL, 0.5}, std::pair{12'000UL, 0.9},
                             std::pair{101'100UL, 0.99}, std::pair{101'100UL, 0.01}}) {
    const auto ranks = rankInterval(n, p, 0.95);
    ASSERT_TRUE(ranks);
    EXPECT_LE(binomialBelow(ranks->low - 1, n, p), 0.025) << n;
    EXPECT_GT(binomialBelow(ranks->low + 2, n, p), 0.025) << n;
    EXPECT_LE(1 - binomialBelow(ranks->high + 1, n, p), 0.025) << n;
    EXPECT_GT(1 - binomialBelow(ranks->high - 2, n, p), 0.025) << n;
  }
}

TEST(Confidence, TheIntervalGoesToTheEndsOfCells) {
  const auto interval = percentileInterval(oneOfEach(100), 50);
  ASSERT_TRUE(interval);
  EXPECT_LE(interval->low, 40'000);
  EXPECT_GT(interval->low, 39'000);
  EXPECT_GE(interval->high, 61'000);
  EXPECT_LT(interval->high, 62'000);
}

TEST(Confidence, TheIntervalHoldsTheTruthAsOftenAsItSays) {
  RandomStream random(3, "confidence");
  constexpr int kRuns = 400;
  int held = 0;
  for (int run = 0; run < kRuns; ++run) {
    HdrHistogram histogram(1, 3'600'000'000, 3);
    for (int i = 0; i < 1500; ++i) {
      histogram.record(static_cast<std::int64_t>(-1e6 * std::log1p(-random.uniform())));
    }
    const auto interval = percentileInterval(histogram, 99);
    ASSERT_TRUE(interval);
    const double truth = 1e6 * std::log(100.0);
    if (interval->low <= truth && truth <= interval->high) ++held;
  }
  // 380 - 4 standard deviations; order statistics are discrete, so that it is rather more.
  EXPECT_GE(held, 362);
}

TEST(Confidence, FewerEffectiveSamplesGiveAWiderInterval) {
  const HdrHistogram histogram = oneOfEach(10'000);
  const auto full = percentileInterval(histogram, 90);
  const auto quarter = percentileInterval(histogram, 90, 0.25);
  ASSERT_TRUE(full && quarter);
  EXPECT_NEAR((quarter->high - quarter->low) / (full->high - full->low), 2, 0.15);
  EXPECT_FALSE(percentileInterval(histogram, 99, 0.0367));
  EXPECT_TRUE(percentileInterval(histogram, 99, 0.0369));
}

TEST(Confidence, AHigherLevelGivesAWiderIntervalAndNeedsMoreSamples) {
  const auto usual = percentileInterval(oneOfEach(1000), 90);
  const auto sure = percentileInterval(oneOfEach(1000), 90, 1, 0.999);
  ASSERT_TRUE(usual && sure);
  EXPECT_LT(sure->low, usual->low);
  EXPECT_GT(sure->high, usual->high);
  EXPECT_FALSE(percentileInterval(oneOfEach(368), 99, 1, 0.99));
}

TEST(Confidence, OneValueIsCertain) {
  HdrHistogram histogram = makeTimeHistogram();
  histogram.record(5'000'000, 1'000'000);
  const auto interval = percentileInterval(histogram, 99.9);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 5e6);
  EXPECT_EQ(interval->high, 5e6);
}

}  // namespace
}  // namespace iotcpd::loadgen
