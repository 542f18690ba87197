#include "loadgen/report/figures.h"

#include <gtest/gtest.h>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

TEST(Figures, TellAPercentileOnlyFromEnoughSamples) {
  HdrHistogram histogram = makeTimeHistogram();
  histogram.record(5'000'000, 367);
  EXPECT_EQ(percentileMs(histogram, 99), std::nullopt);
  EXPECT_EQ(insufficientSamples(histogram, 99), "insufficient samples (367 of 368)");
  EXPECT_EQ(insufficientSamples(histogram, 99.9), "insufficient samples (367 of 3,688)");
  histogram.record(5'000'000);
  EXPECT_EQ(percentileMs(histogram, 99), 5.0);
}

TEST(Figures, GroupDigitsByThree) {
  EXPECT_EQ(groupedCount(0), "0");
  EXPECT_EQ(groupedCount(999), "999");
  EXPECT_EQ(groupedCount(1000), "1,000");
  EXPECT_EQ(groupedCount(18'446'744'073'709'551'615U), "18,446,744,073,709,551,615");
}

TEST(Figures, SharesAreNeverRoundedToNothingOrToAll) {
  EXPECT_EQ(shareText(0, 10), "0 %");
  EXPECT_EQ(shareText(0, 0), "0 %");
  EXPECT_EQ(shareText(10, 10), "100 %");
  EXPECT_EQ(shareText(1, 3), "33.33 %");
  EXPECT_EQ(shareText(1, 1'000'000), "<0.01 %");
  EXPECT_EQ(shareText(999'999, 1'000'000), ">99.99 %");
}

TEST(Figures, RatesAndSizesAreShort) {
  EXPECT_EQ(rateText(0), "0.0/s");
  EXPECT_EQ(rateText(1234.56), "1,234.6/s");
  EXPECT_EQ(rateText(1), "1.0/s");
  EXPECT_EQ(rateText(0.9996), "1.0/s");
  EXPECT_EQ(rateText(0.9994), "0.999/s");
  EXPECT_EQ(rateText(0.5), "0.5/s");
  EXPECT_EQ(rateText(1 / 60.0), "0.0167/s");
  EXPECT_EQ(rateText(1 / 3600.0), "0.000278/s");
  EXPECT_EQ(roughSize(1023), "1023 B");
  EXPECT_EQ(roughSize(1024), "1.00 KiB");
  EXPECT_EQ(roughSize(5'000'000'000), "4.66 GiB");
}

}  // namespace
}  // namespace iotcpd::loadgen
