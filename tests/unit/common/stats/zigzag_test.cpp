#include "common/stats/zigzag.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

std::string encoded(std::int64_t value) {
  std::string bytes;
  appendZigZag(bytes, value);
  return bytes;
}

/// The only value of these bytes, if they are one.
std::optional<std::int64_t> decoded(const std::string& bytes) {
  ZigZagReader reader;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = reader.take(static_cast<std::uint8_t>(bytes[i]));
    if (value) return i + 1 == bytes.size() ? value : std::nullopt;
    EXPECT_FALSE(reader.isBetweenValues());
  }
  return {};
}

TEST(ZigZag, NumbersNearZeroTakeOneByte) {
  EXPECT_EQ(encoded(0), std::string(1, '\0'));
  EXPECT_EQ(encoded(-1), "\x01");
  EXPECT_EQ(encoded(1), "\x02");
  EXPECT_EQ(encoded(63), "\x7e");
  EXPECT_EQ(encoded(-64), "\x7f");
  EXPECT_EQ(encoded(64), "\x80\x01");
}

TEST(ZigZag, TheNinthByteIsTheLastAndHasEightBits) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(encoded(kMost), "\xfe\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(encoded(kLeast), "\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(decoded(encoded(kMost)), kMost);
  EXPECT_EQ(decoded(encoded(kLeast)), kLeast);
}

TEST(ZigZag, ReadsBackWhatItWrites) {
  constexpr std::uint64_t kSeed = 4;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.ofAnySize(63));
    ASSERT_EQ(decoded(encoded(value)), value);
    ASSERT_EQ(decoded(encoded(-value)), -value);
  }
}

TEST(ZigZag, AValueThatBreaksOffIsNone) {
  EXPECT_EQ(decoded("\x80"), std::nullopt);
  EXPECT_EQ(decoded("\x80\x80\x80\x80\x80\x80\x80\x80"), std::nullopt);
}

}  // namespace
}  // namespace iotcpd
