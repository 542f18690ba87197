#include "redirector/policy/share.h"

#include <set>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

TEST(Share, TheOnlyOneHasAll) {
  const Share all;
  EXPECT_EQ(all.partOf(7), 7U);
  EXPECT_EQ(all.number(6), 6U);
}

TEST(Share, PartsAddUpAndDifferByOneAtMost) {
  for (std::size_t total = 0; total < 20; ++total) {
    std::size_t sum = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      const std::size_t part = Share{index, 3}.partOf(total);
      EXPECT_GE(part, total / 3);
      EXPECT_LE(part, total / 3 + 1);
      sum += part;
    }
    EXPECT_EQ(sum, total);
  }
}

TEST(Share, NumbersOfAllAreThoseOfTheWhole) {
  constexpr std::size_t kTotal = 11;
  std::set<std::size_t> numbers;
  for (std::size_t index = 0; index < 4; ++index) {
    const Share share{index, 4};
    for (std::size_t nth = 0; nth < share.partOf(kTotal); ++nth) numbers.insert(share.number(nth));
  }
  EXPECT_EQ(numbers.size(), kTotal);
  EXPECT_EQ(*numbers.rbegin(), kTotal - 1);
}

}  // namespace
}  // namespace iotcpd::redirector
