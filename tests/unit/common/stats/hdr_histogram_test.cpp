#include "common/stats/hdr_histogram.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

HdrHistogram threeDigits() { return {1, kHour, 3}; }

TEST(HdrHistogram, IsEmptyAtFirst) {
  const HdrHistogram histogram = threeDigits();
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.standardDeviation(), 0);
  EXPECT_EQ(histogram.valueAtPercentile(50), 0);
  EXPECT_EQ(histogram.countAtOrBelow(kHour), 0);
}

TEST(HdrHistogram, RefusesARangeOrDigitsThatMakeNoSense) {
  EXPECT_NO_THROW(HdrHistogram(1, 2, 1));
  EXPECT_NO_THROW(HdrHistogram(1, 2, 0));
  EXPECT_NO_THROW(HdrHistogram(1, 1'000'000, 5));
  EXPECT_THROW(HdrHistogram(0, 100, 3), std::invalid_argument);
  EXPECT_THROW(HdrHistogram(2, 3, 3), std::invalid_argument);
  EXPECT_THROW(HdrHistogram(1, 100, -1), std::invalid_argument);
  EXPECT_THROW(HdrHistogram(1, 100, 6), std::invalid_argument);
  // 3 digits take 11 bits of the 62, the lowest the rest.
  EXPECT_NO_THROW(HdrHistogram(std::int64_t{1} << 51, kMost, 3));
  EXPECT_THROW(HdrHistogram(std::int64_t{1} << 52, kMost, 3), std::invalid_argument);
}

TEST(HdrHistogram, HasTheLayoutOfTheOriginal) {
  // 2048 sub-buckets at 3 digits; 3.6e12 needs 42 bits, so 32 buckets: (32 + 1) * 1024 cells.
  EXPECT_EQ(threeDigits().counts().size(), 33U * 1024U);
  EXPECT_EQ(HdrHistogram(1000, 2000, 1).counts().size(), 2U * 16U);
  const HdrHistogram histogram = threeDigits();
  EXPECT_EQ(histogram.cellLowest(0), 0);
  EXPECT_EQ(histogram.cellHighest(2047), 2047);
  EXPECT_EQ(histogram.cellLowest(2048), 2048);
  EXPECT_EQ(histogram.cellHighest(2048), 2049);
  EXPECT_EQ(histogram.cellHighest(3071), 4095);
  EXPECT_EQ(histogram.cellLowest(3072), 4096);
  EXPECT_EQ(histogram.cellHighest(3072), 4099);
}

TEST(HdrHistogram, CountsItsBucketsAsTheOriginalDoes) {
  EXPECT_EQ(threeDigits().bucketCount(), 32);
  EXPECT_EQ(threeDigits().subBucketCount(), 2048);
  EXPECT_EQ(HdrHistogram(1, 2, 0).bucketCount(), 2);
  EXPECT_EQ(HdrHistogram(1, 2, 0).subBucketCount(), 2);
  EXPECT_EQ(HdrHistogram(1, kMost, 5).bucketCount(), 46);
}

TEST(HdrHistogram, OfACellThatIsAddedToOnlyTheEndsAreKnown) {
  HdrHistogram histogram = threeDigits();
  histogram.addToCell(3072, 5);
  EXPECT_EQ(histogram.count(), 5);
  EXPECT_EQ(histogram.min(), 4096);
  EXPECT_EQ(histogram.max(), 4099);
  EXPECT_EQ(histogram.valueAtPercentile(50), 4099);
  histogram.addToCell(0, 0);
  EXPECT_EQ(histogram.min(), 4096);
}

TEST(HdrHistogram, CellsAboveTheHighestValueAreCountedToo) {
  HdrHistogram histogram(1, 5000, 3);
  histogram.addToCell(histogram.counts().size() - 1, 2);
  EXPECT_GT(histogram.max(), 5000);
  EXPECT_EQ(histogram.countAtOrBelow(5000), 0);
  EXPECT_EQ(histogram.countAtOrBelow(kMost), 2);
  EXPECT_EQ(histogram.valueAtPercentile(100), histogram.max());
}

TEST(HdrHistogram, CellsFollowEachOtherWithoutGapAndCoverTheRange) {
  for (const std::int64_t lowest : {1, 3, 1000, 1024}) {
    for (int digits = 0; digits <= 4; ++digits) {
      for (const std::int64_t highest : {2 * lowest, kHour, kMost}) {
        const HdrHistogram histogram(lowest, highest, digits);
        const std::size_t cells = histogram.counts().size();
        ASSERT_EQ(histogram.cellLowest(0), 0);
        for (std::size_t i = 1; i < cells; ++i) {
          const std::int64_t expected = histogram.cellHighest(i - 1) + 1;
          if (histogram.cellLowest(i) != expected) FAIL() << "cell " << i << " of " << highest;
        }
        ASSERT_GE(histogram.cellHighest(cells - 1), highest);
      }
    }
  }
}

TEST(HdrHistogram, CountsAValueInTheCellThatContainsIt) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  for (int digits = 0; digits <= 5; ++digits) {
    HdrHistogram histogram(1, kMost, digits);
    for (int i = 0; i < 30; ++i) {
      const auto value =
          static_cast<std::int64_t>(std::max<std::uint64_t>(random.ofAnySize(63), 1));
      histogram.reset();
      histogram.record(value);
      const auto counts = histogram.counts();
      const auto cell = std::find(counts.begin(), counts.end(), 1);
      ASSERT_NE(cell, counts.end()) << value;
      const auto index = static_cast<std::size_t>(cell - counts.begin());
      ASSERT_LE(histogram.cellLowest(index), value);
      ASSERT_GE(histogram.cellHighest(index), value);
      const std::int64_t width = histogram.cellHighest(index) - histogram.cellLowest(index) + 1;
      ASSERT_LE(static_cast<double>(width - 1), static_cast<double>(value) * std::pow(10, -digits))
          << value;
    }
  }
}

TEST(HdrHistogram, CountsOutOfRangeAtTheNearestEnd) {
  HdrHistogram histogram(1000, 100'000, 3);
  histogram.record(-5);
  histogram.record(999);
  histogram.record(100'001);
  histogram.record(kMost);
  EXPECT_EQ(histogram.count(), 4);
  EXPECT_EQ(histogram.min(), 1000);
  EXPECT_EQ(histogram.max(), 100'000);
  EXPECT_EQ(histogram.countAtOrBelow(1000), 2);
  EXPECT_EQ(histogram.countAtOrBelow(99'000), 2);
  EXPECT_EQ(histogram.countAtOrBelow(100'000), 4);
}

TEST(HdrHistogram, KeepsTheExtremesUnrounded) {
  HdrHistogram histogram = threeDigits();
  histogram.record(1'000'003);
  histogram.record(2'000'003);
  EXPECT_EQ(histogram.min(), 1'000'003);
  EXPECT_EQ(histogram.max(), 2'000'003);
  EXPECT_EQ(histogram.valueAtPercentile(100), 2'000'003);
}

TEST(HdrHistogram, HistogramOfOneValueHasItAsMean) {
  HdrHistogram histogram = threeDigits();
  histogram.record(1'000'003, 7);
  EXPECT_EQ(histogram.mean(), 1'000'003);
  EXPECT_EQ(histogram.standardDeviation(), 0);
}

TEST(HdrHistogram, RecordsAValueManyTimes) {
  HdrHistogram histogram = threeDigits();
  histogram.record(10, 99);
  histogram.record(20, 1);
  EXPECT_EQ(histogram.count(), 100);
  EXPECT_EQ(histogram.valueAtPercentile(99), 10);
  EXPECT_EQ(histogram.valueAtPercentile(99.1), 20);
  EXPECT_DOUBLE_EQ(histogram.mean(), 10.1);
  EXPECT_NEAR(histogram.standardDeviation(), std::sqrt(0.99), 1e-12);
}

TEST(HdrHistogram, CountOfZeroOrLessDoesNothing) {
  HdrHistogram histogram = threeDigits();
  histogram.record(5);
  histogram.record(1, 0);
  histogram.record(kHour, -1);
  EXPECT_EQ(histogram.count(), 1);
  EXPECT_EQ(histogram.min(), 5);
  EXPECT_EQ(histogram.max(), 5);
}

TEST(HdrHistogram, PercentileIsTheSmallestValueThatCoversTheShare) {
  // Exact in integers: per mille of 1 to `count`.
  for (std::int64_t count = 1; count <= 1200; ++count) {
    HdrHistogram histogram = threeDigits();
    for (std::int64_t value = 1; value <= count; ++value) histogram.record(value);
    for (const std::int64_t perMille : {0, 1, 10, 100, 250, 500, 750, 900, 990, 997, 999, 1000}) {
      const std::int64_t expected = std::max<std::int64_t>((perMille * count + 999) / 1000, 1);
      ASSERT_EQ(histogram.valueAtPercentile(static_cast<double>(perMille) / 10), expected)
          << perMille << " per mille of " << count;
    }
  }
}

TEST(HdrHistogram, PercentileOutsideZeroAndHundredIsTheNearestEnd) {
  HdrHistogram histogram = threeDigits();
  histogram.record(1);
  histogram.record(2);
  EXPECT_EQ(histogram.valueAtPercentile(-1), 1);
  EXPECT_EQ(histogram.valueAtPercentile(101), 2);
  EXPECT_EQ(histogram.valueAtPercentile(1e30), 2);
}

TEST(HdrHistogram, CountsWhatIsAtOrBelowAValue) {
  HdrHistogram histogram = threeDigits();
  for (const std::int64_t value : {10, 20, 20, 30}) histogram.record(value);
  EXPECT_EQ(histogram.countAtOrBelow(-1), 0);
  EXPECT_EQ(histogram.countAtOrBelow(9), 0);
  EXPECT_EQ(histogram.countAtOrBelow(10), 1);
  EXPECT_EQ(histogram.countAtOrBelow(20), 3);
  EXPECT_EQ(histogram.countAtOrBelow(29), 3);
  EXPECT_EQ(histogram.countAtOrBelow(kMost), 4);
}

TEST(HdrHistogram, MergeIsAsIfAllHadBeenRecordedInOne) {
  constexpr std::uint64_t kSeed = 8;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  HdrHistogram left = threeDigits();
  HdrHistogram right = threeDigits();
  HdrHistogram both = threeDigits();
  for (int i = 0; i < 1000; ++i) {
    const auto value = static_cast<std::int64_t>(random.ofAnySize(40));
    (i % 3 == 0 ? left : right).record(value);
    both.record(value);
  }
  left.merge(right);
  EXPECT_TRUE(std::ranges::equal(left.counts(), both.counts()));
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.min(), both.min());
  EXPECT_EQ(left.max(), both.max());
  EXPECT_EQ(left.mean(), both.mean());
}

TEST(HdrHistogram, MergeTakesTheExtremesOfBoth) {
  HdrHistogram histogram = threeDigits();
  histogram.record(5);
  HdrHistogram wider = threeDigits();
  wider.record(3);
  wider.record(7);
  histogram.merge(wider);
  EXPECT_EQ(histogram.min(), 3);
  EXPECT_EQ(histogram.max(), 7);
}

TEST(HdrHistogram, MergeOfAnEmptyOneChangesNothing) {
  HdrHistogram histogram = threeDigits();
  histogram.record(5);
  histogram.merge(threeDigits());
  EXPECT_EQ(histogram.count(), 1);
  EXPECT_EQ(histogram.min(), 5);
  EXPECT_EQ(histogram.max(), 5);
}

TEST(HdrHistogram, RefusesToMergeAnotherLayout) {
  HdrHistogram histogram = threeDigits();
  EXPECT_THROW(histogram.merge({2, kHour, 3}), std::invalid_argument);
  EXPECT_THROW(histogram.merge({1, kHour - 1, 3}), std::invalid_argument);
  EXPECT_THROW(histogram.merge({1, kHour, 2}), std::invalid_argument);
}

TEST(HdrHistogram, ForgetsEverythingWhenReset) {
  HdrHistogram histogram = threeDigits();
  histogram.record(5);
  histogram.reset();
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.countAtOrBelow(kHour), 0);
  histogram.record(9);
  EXPECT_EQ(histogram.min(), 9);
  EXPECT_EQ(histogram.max(), 9);
}

/// The definition, on all values.
std::int64_t exactPercentile(const std::vector<std::int64_t>& sorted, std::size_t perMille) {
  const std::size_t rank = (perMille * sorted.size() + 999) / 1000;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

TEST(HdrHistogram, AgreesWithASortedVectorWithinATenthOfAPercent) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    HdrHistogram histogram = threeDigits();
    std::vector<std::int64_t> values(1 + random.below(3000));
    for (std::int64_t& value : values) {
      value = static_cast<std::int64_t>(1 + random.ofAnySize(41));
      histogram.record(value);
    }
    std::sort(values.begin(), values.end());
    for (std::size_t perMille = 0; perMille <= 1000; ++perMille) {
      const std::int64_t exact = exactPercentile(values, perMille);
      const std::int64_t seen = histogram.valueAtPercentile(static_cast<double>(perMille) / 10);
      ASSERT_GE(seen, exact) << perMille << " per mille";
      ASSERT_LE(static_cast<double>(seen - exact), 0.001 * static_cast<double>(exact))
          << perMille << " per mille";
    }
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    const double mean = sum / static_cast<double>(values.size());
    ASSERT_NEAR(histogram.mean(), mean, 0.001 * mean);
    double squares = 0;
    for (const std::int64_t value : values) {
      squares += std::pow(static_cast<double>(value) - mean, 2);
    }
    const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
    ASSERT_NEAR(histogram.standardDeviation(), deviation, 0.001 * (deviation + mean));
  }
}

}  // namespace
}  // namespace iotcpd
