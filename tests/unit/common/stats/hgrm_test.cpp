#include "common/stats/hgrm.h"

#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/stats/hdr_codec.h"

namespace iotcpd {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t kHour = 3'600'000'000'000;

std::vector<std::string> rowsOf(const std::string& hgrm) {
  std::istringstream lines(hgrm);
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() == ' ') rows.push_back(line);
  }
  rows.erase(rows.begin());
  return rows;
}

TEST(Hgrm, IsWhatHdrHistogramPrints) {
  HdrHistogram histogram(1, kHour, 3);
  histogram.record(1'000'000, 9);
  histogram.record(5'000'000);
  EXPECT_EQ(formatHgrm(histogram, 1e6),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "       1.000 0.000000000000          9           1.00\n"
            "       1.000 0.100000000000          9           1.11\n"
            "       1.000 0.200000000000          9           1.25\n"
            "       1.000 0.300000000000          9           1.43\n"
            "       1.000 0.400000000000          9           1.67\n"
            "       1.000 0.500000000000          9           2.00\n"
            "       1.000 0.550000000000          9           2.22\n"
            "       1.000 0.600000000000          9           2.50\n"
            "       1.000 0.650000000000          9           2.86\n"
            "       1.000 0.700000000000          9           3.33\n"
            "       1.000 0.750000000000          9           4.00\n"
            "       1.000 0.775000000000          9           4.44\n"
            "       1.000 0.800000000000          9           5.00\n"
            "       1.000 0.825000000000          9           5.71\n"
            "       1.000 0.850000000000          9           6.67\n"
            "       1.000 0.875000000000          9           8.00\n"
            "       1.000 0.887500000000          9           8.89\n"
            "       1.000 0.900000000000          9          10.00\n"
            "       5.001 0.912500000000         10          11.43\n"
            "       5.001 1.000000000000         10\n"
            "#[Mean    =        1.400, StdDeviation   =        1.200]\n"
            "#[Max     =        5.001, Total count    =           10]\n"
            "#[Buckets =           32, SubBuckets     =         2048]\n");
}

TEST(Hgrm, OfNoValuesHasNoRows) {
  const std::string hgrm = formatHgrm({1'000'000, kHour, 3}, 1e6);
  EXPECT_TRUE(rowsOf(hgrm).empty());
  EXPECT_THAT(hgrm, HasSubstr("#[Mean    =        0.000, StdDeviation   =        0.000]\n"
                              "#[Max     =        0.000, Total count    =            0]\n"));
}

TEST(Hgrm, ShowsAsManyDecimalsAsTheHistogramHasDigits) {
  HdrHistogram coarse(1, kHour, 1);
  coarse.record(2);
  EXPECT_THAT(formatHgrm(coarse, 1), HasSubstr("\n         2.0 1.000000000000          1\n"));
  HdrHistogram fine(1, kHour, 5);
  fine.record(2);
  EXPECT_THAT(formatHgrm(fine, 1), HasSubstr("\n     2.00000 1.000000000000          1\n"));
}

TEST(Hgrm, TheLastRowAloneHasNoFourthColumn) {
  HdrHistogram histogram(1, kHour, 3);
  for (std::int64_t value = 1; value <= 5000; ++value) histogram.record(value);
  std::vector<std::string> rows = rowsOf(formatHgrm(histogram, 1));
  EXPECT_THAT(rows.back(), EndsWith(" 1.000000000000       5000"));
  rows.pop_back();
  for (const std::string& row : rows) {
    std::istringstream columns(row);
    double value = 0, share = 0, count = 0, inverse = 0;
    ASSERT_TRUE(columns >> value >> share >> count >> inverse) << row;
    ASSERT_LT(share, 1);
    ASSERT_GE(count, share * 5000);
    ASSERT_NEAR(inverse, 1 / (1 - share), 0.006 + 1e-4 * inverse);
  }
}

TEST(Hgrm, IsTheSameAfterAFileHasForgottenTheExactValues) {
  HdrHistogram histogram(1, kHour, 3);
  for (const std::int64_t value : {4097, 1'000'003, 77'777'777}) histogram.record(value);
  EXPECT_EQ(formatHgrm(decodeHistogram(encodeHistogram(histogram)), 1e6),
            formatHgrm(histogram, 1e6));
}

TEST(Hgrm, EndsEvenWhenTheTicksAreTooNearToEachOther) {
  HdrHistogram histogram(1, kHour, 3);
  histogram.record(1, std::numeric_limits<std::int64_t>::max() - 1);
  histogram.record(9);
  const std::vector<std::string> rows = rowsOf(formatHgrm(histogram, 1));
  EXPECT_LT(rows.size(), 400U);
  EXPECT_THAT(rows.back(), StartsWith("       9.000 1.000000000000 9223372036854775807"));
}

}  // namespace
}  // namespace iotcpd
