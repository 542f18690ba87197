#include "common/random/random_stream.h"

#include <array>
#include <cstdint>
#include <set>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

// Computed by a program of its own from the published SplitMix64, FNV-1a and xoshiro256** sources.
TEST(RandomStream, SameSeedAndNameGiveTheSameNumbersOnEveryPlatform) {
  RandomStream arrivals(1, "arrivals");
  EXPECT_EQ(arrivals.next(), 0xd4bf44f4bea7da2b);
  EXPECT_EQ(arrivals.next(), 0x91ad422e2e984071);
  EXPECT_EQ(arrivals.next(), 0x7fdaddacbc7f46e7);
  std::uint64_t thousandth = 0;
  for (int i = 3; i < 1000; ++i) thousandth = arrivals.next();
  EXPECT_EQ(thousandth, 0xce818c0103e2d024);
}

TEST(RandomStream, AnotherNameGivesOtherNumbers) {
  RandomStream replies(1, "replies");
  EXPECT_EQ(replies.next(), 0x0f514acc240b62f7);
  EXPECT_EQ(replies.next(), 0xfe5f9f44b3d99dbb);
}

TEST(RandomStream, AnotherSeedGivesOtherNumbers) {
  RandomStream arrivals(2, "arrivals");
  EXPECT_EQ(arrivals.next(), 0xc3b3dddba229e53c);
}

TEST(RandomStream, SeedZeroAndNoNameAreUsable) {
  RandomStream stream(0, "");
  EXPECT_EQ(stream.next(), 0x1e28178eedbf0f30);
}

TEST(RandomStream, DrawingFromOneStreamDoesNotShiftAnother) {
  RandomStream alone(7, "a");
  RandomStream accompanied(7, "a");
  RandomStream other(7, "b");
  for (int i = 0; i < 100; ++i) {
    EXPECT_NE(other.next(), other.next());
    ASSERT_EQ(alone.next(), accompanied.next());
  }
}

TEST(RandomStream, UniformStaysWithinZeroAndOneAndFillsAllOfIt) {
  constexpr int kDraws = 100'000;
  std::array<int, 10> tenths{};
  RandomStream stream(3, "uniform");
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = stream.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    ++tenths.at(static_cast<std::size_t>(value * 10));
  }
  // Six standard deviations each: a wrong generator is further off, a right one never.
  EXPECT_NEAR(sum / kDraws, 0.5, 0.0055);
  for (const int tenth : tenths) EXPECT_NEAR(tenth, kDraws / 10.0, 570);
}

TEST(RandomSeed, DiffersFromCallToCall) {
  std::set<std::uint64_t> seeds;
  for (int i = 0; i < 16; ++i) seeds.insert(randomSeed());
  EXPECT_EQ(seeds.size(), 16U);
}

}  // namespace
}  // namespace iotcpd
