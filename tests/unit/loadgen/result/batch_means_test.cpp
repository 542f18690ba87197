#include "loadgen/result/batch_means.h"

#include <cmath>
#include <cstdint>
#include <type_traits>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"
#include "loadgen/result/probability.h"

namespace iotcpd::loadgen {
namespace {

/// Exponential draws of mean 1.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : stream_(seed, "draws") {}
  double exponential() { return -std::log1p(-stream_.uniform()); }
  double normal() { return normalQuantile(stream_.uniform() * 0.999998 + 1e-6); }

 private:
  RandomStream stream_;
};

TEST(BatchMeans, AnEmptySequenceHasNoIntervalAndCountsInFull) {
  const BatchMeans means;
  EXPECT_EQ(means.count(), 0U);
  EXPECT_EQ(means.mean(), 0);
  EXPECT_LT(means.halfWidth(), 0);
  EXPECT_EQ(means.effectiveShare(), 1);
}

TEST(BatchMeans, ThereIsAnIntervalFromTenWholeBatchesOn) {
  BatchMeans means;
  Draws draws(1);
  for (int i = 0; i < 79; ++i) means.add(draws.exponential());
  EXPECT_LT(means.halfWidth(), 0);
  EXPECT_EQ(means.effectiveShare(), 1);
  means.add(draws.exponential());
  EXPECT_GT(means.halfWidth(), 0);
}

TEST(BatchMeans, TheMeanIsThatOfAllValuesAlsoOfTheOpenBatch) {
  BatchMeans means;
  for (int i = 1; i <= 1003; ++i) means.add(i);
  EXPECT_EQ(means.count(), 1003U);
  EXPECT_DOUBLE_EQ(means.mean(), 502);
}

TEST(BatchMeans, TheHalfWidthIsStudentsOfTheBatches) {
  // Ten batches with means 1 to 10: their variance is 55/6.
  BatchMeans means;
  for (int batch = 1; batch <= 10; ++batch) {
    for (std::uint64_t i = 0; i < BatchMeans::kFirstBatchSize; ++i) means.add(batch);
  }
  EXPECT_NEAR(means.halfWidth(), studentQuantile(0.975, 9) * std::sqrt(55.0 / 6 / 10), 1e-9);
}

TEST(BatchMeans, EqualValuesAreCertain) {
  BatchMeans means;
  for (int i = 0; i < 1000; ++i) means.add(5e6);
  EXPECT_EQ(means.mean(), 5e6);
  EXPECT_EQ(means.halfWidth(), 0);
  EXPECT_EQ(means.effectiveShare(), 1);
}

TEST(BatchMeans, AValueManyTimesIsThatManyValues) {
  BatchMeans atOnce;
  BatchMeans oneByOne;
  Draws draws(5);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const double value = draws.exponential();
    const std::uint64_t count = i * i % 37;
    atOnce.add(value, count);
    for (std::uint64_t k = 0; k < count; ++k) oneByOne.add(value);
  }
  EXPECT_EQ(atOnce.count(), oneByOne.count());
  EXPECT_NEAR(atOnce.mean(), oneByOne.mean(), 1e-9);
  EXPECT_NEAR(atOnce.halfWidth(), oneByOne.halfWidth(), 1e-9);
  EXPECT_NEAR(atOnce.effectiveShare(), oneByOne.effectiveShare(), 1e-9);
}

TEST(BatchMeans, TheIntervalHoldsTheMeanOfIndependentValuesInNineteenOfTwentyRuns) {
  int held = 0;
  constexpr int kRuns = 1000;
  for (int run = 0; run < kRuns; ++run) {
    BatchMeans means;
    Draws draws(static_cast<std::uint64_t>(run));
    for (int i = 0; i < 2000; ++i) means.add(draws.exponential());
    if (std::abs(means.mean() - 1) <= means.halfWidth()) ++held;
  }
  // 950 +- 4 standard deviations of 6.9.
  EXPECT_NEAR(held, 0.95 * kRuns, 28);
}

TEST(BatchMeans, TheIntervalHoldsTheMeanOfACorrelatedSequence) {
  constexpr double kCorrelation = 0.9;
  int held = 0;
  double shares = 0;
  constexpr int kRuns = 500;
  for (int run = 0; run < kRuns; ++run) {
    BatchMeans means;
    Draws draws(static_cast<std::uint64_t>(run));
    double value = 0;
    for (int i = 0; i < 20'000; ++i) {
      value = kCorrelation * value + draws.normal();
      means.add(value);
    }
    if (std::abs(means.mean()) <= means.halfWidth()) ++held;
    shares += means.effectiveShare();
  }
  // 475 +- 4 standard deviations of 4.9, and a little more for what correlation the batches keep.
  EXPECT_NEAR(held, 0.95 * kRuns, 25);
  // (1 - r) / (1 + r) of an autoregressive sequence; the inverse of a variance averages higher.
  EXPECT_NEAR(shares / kRuns, 0.1 / 1.9, 0.015);
}

TEST(BatchMeans, IndependentValuesCountNearlyInFull) {
  double shares = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    BatchMeans means;
    Draws draws(static_cast<std::uint64_t>(run));
    for (int i = 0; i < 5000; ++i) means.add(draws.exponential());
    EXPECT_GT(means.effectiveShare(), 0.3);
    EXPECT_LE(means.effectiveShare(), 1);
    shares += means.effectiveShare();
  }
  EXPECT_GT(shares / kRuns, 0.85);
}

TEST(BatchMeans, ASmallSpreadAboutALargeMeanIsNotLost) {
  BatchMeans means;
  Draws draws(7);
  for (int i = 0; i < 100'000; ++i) means.add(3.6e12 + draws.exponential() * 1e6);
  EXPECT_NEAR(means.mean() - 3.6e12, 1e6, 2e4);
  EXPECT_NEAR(means.halfWidth(), 1.96 * 1e6 / std::sqrt(1e5), 4e3);
}

TEST(BatchMeans, MemoryIsFixed) {
  EXPECT_TRUE(std::is_trivially_copyable_v<BatchMeans>);
  EXPECT_LT(sizeof(BatchMeans), 400U);
}

}  // namespace
}  // namespace iotcpd::loadgen
