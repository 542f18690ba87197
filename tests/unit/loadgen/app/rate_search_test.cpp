#include "loadgen/app/rate_search.h"

#include <vector>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

/// Searches a service that carries up to `capacity`; returns the rates that were tried.
std::vector<double> searched(RateSearch& search, double capacity) {
  std::vector<double> tried;
  while (const auto rate = search.next()) {
    tried.push_back(*rate);
    search.tell(*rate, *rate <= capacity);
    if (tried.size() > 100) break;
  }
  return tried;
}

TEST(RateSearch, DoublesUntilARateBreaks) {
  RateSearch search(100, 1e6, 0.5);
  const std::vector<double> tried = searched(search, 450);
  ASSERT_GE(tried.size(), 4U);
  EXPECT_EQ(tried[0], 100);
  EXPECT_EQ(tried[1], 200);
  EXPECT_EQ(tried[2], 400);
  EXPECT_EQ(tried[3], 800);
}

TEST(RateSearch, EndsWithinItsPrecisionBelowTheCapacity) {
  RateSearch search(100, 1e6, 0.05);
  EXPECT_LT(searched(search, 7777).size(), 16U);
  EXPECT_LE(search.highestHeld(), 7777);
  EXPECT_GE(search.highestHeld() * 1.05, 7777);
  EXPECT_TRUE(search.hasFoundLimit());
}

TEST(RateSearch, NothingHoldsWhenTheLowestBreaks) {
  RateSearch search(100, 1e6, 0.05);
  EXPECT_EQ(searched(search, 99).size(), 1U);
  EXPECT_EQ(search.highestHeld(), 0);
}

TEST(RateSearch, ItNeverGoesBeyondTheHighest) {
  RateSearch search(100, 350, 0.05);
  EXPECT_EQ(searched(search, 1e9), (std::vector<double>{100, 200, 350}));
  EXPECT_EQ(search.highestHeld(), 350);
  EXPECT_FALSE(search.hasFoundLimit());
}

}  // namespace
}  // namespace iotcpd::loadgen
