#include "common/text/fixed_point.h"

#include <cstdio>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

TEST(FixedPoint, RoundsTheDecimalHalfUpNotTheBinaryValueBehindIt) {
  // The double nearest to 1.0005 is below it.
  EXPECT_EQ(formatFixedHalfUp(1.0005, 3), "1.001");
  EXPECT_EQ(formatFixedHalfUp(0.125, 2), "0.13");
  EXPECT_EQ(formatFixedHalfUp(2.5, 0), "3");
  EXPECT_EQ(formatFixedHalfUp(1.0004999, 3), "1.000");
}

TEST(FixedPoint, FillsWithZeros) {
  EXPECT_EQ(formatFixedHalfUp(0, 3), "0.000");
  EXPECT_EQ(formatFixedHalfUp(7, 2), "7.00");
  EXPECT_EQ(formatFixedHalfUp(1e15, 1), "1000000000000000.0");
  EXPECT_EQ(formatFixedHalfUp(0.001, 5), "0.00100");
  EXPECT_EQ(formatFixedHalfUp(9.2e18, 0), "9200000000000000000");
}

TEST(FixedPoint, CarriesToTheLeft) {
  EXPECT_EQ(formatFixedHalfUp(0.9995, 3), "1.000");
  EXPECT_EQ(formatFixedHalfUp(99.999, 2), "100.00");
  EXPECT_EQ(formatFixedHalfUp(0.95, 0), "1");
  EXPECT_EQ(formatFixedHalfUp(0.5, 0), "1");
  EXPECT_EQ(formatFixedHalfUp(0.05, 1), "0.1");
}

TEST(FixedPoint, WhatIsTooSmallIsZero) {
  EXPECT_EQ(formatFixedHalfUp(0.0005, 3), "0.001");
  EXPECT_EQ(formatFixedHalfUp(0.00049, 3), "0.000");
  EXPECT_EQ(formatFixedHalfUp(0.00009, 3), "0.000");
  EXPECT_EQ(formatFixedHalfUp(1e-300, 3), "0.000");
  EXPECT_EQ(formatFixedHalfUp(0.04, 0), "0");
}

TEST(FixedPoint, KeepsTheSign) { EXPECT_EQ(formatFixedHalfUp(-1.25, 1), "-1.3"); }

TEST(FixedPoint, InfinityIsAWord) {
  EXPECT_EQ(formatFixedHalfUp(std::numeric_limits<double>::infinity(), 2), "Infinity");
}

TEST(FixedPoint, AgreesWithPrintfOffTheTies) {
  constexpr std::uint64_t kSeed = 3;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    // Sevenths never end in a 5.
    const double value = static_cast<double>(random.ofAnySize(50) * 7 + 1) / 7;
    char expected[64];
    std::snprintf(expected, sizeof expected, "%.3f", value);
    if (value < 1e9) {
      ASSERT_EQ(formatFixedHalfUp(value, 3), expected);
    }
  }
}

}  // namespace
}  // namespace iotcpd
