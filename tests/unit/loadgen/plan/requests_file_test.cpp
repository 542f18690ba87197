#include "loadgen/plan/requests_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using Order = RequestsFile::Order;

RequestsFile fileOf(const TemporaryFile& file, Order order, std::uint64_t seed = 1) {
  return {file.path(), order, RandomStream(seed, "shuffle")};
}

std::string roundOf(RequestsFile& file, std::size_t lines) {
  std::string text;
  while (lines-- > 0) {
    text += file.next().bytes;
    text.pop_back();
  }
  return text;
}

TEST(RequestsFile, IsTakenInOrderOverAndOver) {
  const TemporaryFile temporary("a\nb\nc\n");
  RequestsFile file = fileOf(temporary, Order::kAsWritten);
  EXPECT_EQ(roundOf(file, 7), "abcabca");
}

TEST(RequestsFile, ShuffledEachRoundHasEveryLineOnce) {
  const TemporaryFile temporary("a\nb\nc\nd\ne\nf\ng\nh\n");
  RequestsFile file = fileOf(temporary, Order::kShuffled);
  std::set<std::string> orders;
  for (int i = 0; i < 100; ++i) {
    std::string round = roundOf(file, 8);
    orders.insert(round);
    std::ranges::sort(round);
    ASSERT_EQ(round, "abcdefgh");
  }
  EXPECT_GT(orders.size(), 95U);
}

TEST(RequestsFile, EveryOrderIsEquallyLikely) {
  const TemporaryFile temporary("a\nb\nc\n");
  RequestsFile file = fileOf(temporary, Order::kShuffled);
  std::map<std::string, int> orders;
  for (int i = 0; i < 60'000; ++i) ++orders[roundOf(file, 3)];
  ASSERT_EQ(orders.size(), 6U);
  // Six standard deviations.
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 10'000, 550) << order;
}

TEST(RequestsFile, TheSameSeedShufflesTheSameWay) {
  const TemporaryFile temporary("a\nb\nc\nd\ne\nf\ng\nh\n");
  RequestsFile first = fileOf(temporary, Order::kShuffled, 5);
  RequestsFile second = fileOf(temporary, Order::kShuffled, 5);
  RequestsFile other = fileOf(temporary, Order::kShuffled, 6);
  const std::string lines = roundOf(first, 80);
  EXPECT_EQ(roundOf(second, 80), lines);
  EXPECT_NE(roundOf(other, 80), lines);
}

TEST(RequestsFile, ATokenInALineIsExpected) {
  const TemporaryFile temporary("a tk_0123456789abcdef b\nnone\n");
  RequestsFile file = fileOf(temporary, Order::kAsWritten);
  const RequestLine line = file.next();
  EXPECT_TRUE(line.hasToken);
  EXPECT_EQ(line.token, 0x0123456789abcdefU);
  EXPECT_FALSE(file.next().hasToken);
}

}  // namespace
}  // namespace iotcpd::loadgen
