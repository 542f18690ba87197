#include "common/text/quantity.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds kLongest = Nanoseconds::max();

TEST(ParseDuration, KnowsEveryUnit) {
  EXPECT_EQ(parseDuration("7ns", 1s), 7ns);
  EXPECT_EQ(parseDuration("40us", 1s), 40us);
  EXPECT_EQ(parseDuration("250ms", 1s), 250ms);
  EXPECT_EQ(parseDuration("15s", 1ms), 15s);
  EXPECT_EQ(parseDuration("2m", 1s), 2min);
  EXPECT_EQ(parseDuration("1h", 1s), 1h);
}

TEST(ParseDuration, TakesABareNumberInTheUnitOfTheOption) {
  EXPECT_EQ(parseDuration("15", 1s), 15s);
  EXPECT_EQ(parseDuration("15", 1ms), 15ms);
  EXPECT_EQ(parseDuration("1.5", 1s), 1500ms);
  EXPECT_EQ(parseDuration("0", 1s), 0ns);
}

TEST(ParseDuration, KeepsFractionsExactToTheNanosecond) {
  EXPECT_EQ(parseDuration("1.5s", 1s), 1500ms);
  EXPECT_EQ(parseDuration("0.000000001s", 1s), 1ns);
  EXPECT_EQ(parseDuration("1.234567891s", 1s), 1'234'567'891ns);
  EXPECT_EQ(parseDuration("0.0001220703125h", 1s), 439'453'125ns);
  EXPECT_EQ(parseDuration("1.50000000000000000000000000s", 1s), 1500ms);
}

TEST(ParseDuration, RefusesAFractionOfANanosecond) {
  EXPECT_EQ(parseDuration("1.5ns", 1s), std::nullopt);
  EXPECT_EQ(parseDuration("0.0000000001s", 1s), std::nullopt);
  EXPECT_EQ(parseDuration("0.0000000000000000000000001s", 1s), std::nullopt);
}

TEST(ParseDuration, TakesTheLongestThatFitsAndNotOneMore) {
  EXPECT_EQ(parseDuration("9223372036854775807ns", 1s), kLongest);
  EXPECT_EQ(parseDuration("9223372036.854775807s", 1s), kLongest);
  EXPECT_EQ(parseDuration("9223372036854775808ns", 1s), std::nullopt);
  EXPECT_EQ(parseDuration("9223372036.854775808s", 1s), std::nullopt);
  EXPECT_EQ(parseDuration("18446744073709551616", 1ns), std::nullopt);
  EXPECT_EQ(parseDuration("99999999999999999999h", 1s), std::nullopt);
  // The whole hours fit 64 bits, the sum does not.
  EXPECT_EQ(parseDuration("5124095.9h", 1s), std::nullopt);
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text :
       {"",    "s",    "ms", ".5s",  "1.s",  "1.",   "1..5s", "+1s",      "-1s", " 1s",  "1s ",
        "1 s", "1e3s", "1S", "1sec", "1mss", "0x10", "1,5s",  "infinite", "1µs", "1s1ms"}) {
    EXPECT_EQ(parseDuration(text, 1s), std::nullopt) << text;
  }
  EXPECT_EQ(parseDuration(std::string_view("1\0s", 3), 1s), std::nullopt);
}

TEST(FormatDuration, IsTheShortestWithoutALeadingZero) {
  EXPECT_EQ(formatDuration(0ns), "0s");
  EXPECT_EQ(formatDuration(7ns), "7ns");
  EXPECT_EQ(formatDuration(250ms), "250ms");
  EXPECT_EQ(formatDuration(500ms), "500ms");
  EXPECT_EQ(formatDuration(1500ms), "1.5s");
  EXPECT_EQ(formatDuration(15s), "15s");
  EXPECT_EQ(formatDuration(90s), "90s");
  EXPECT_EQ(formatDuration(1min), "1m");
  EXPECT_EQ(formatDuration(90min), "90m");
  EXPECT_EQ(formatDuration(1h), "1h");
  EXPECT_EQ(formatDuration(1'234'567ns), "1234567ns");
  EXPECT_EQ(formatDuration(kLongest), "9223372036854775807ns");
}

TEST(FormatDuration, GivesANegativeOneASign) {
  EXPECT_EQ(formatDuration(-1500ms), "-1.5s");
  EXPECT_EQ(formatDuration(Nanoseconds::min()), "-9223372036854775808ns");
}

TEST(FormatDuration, IsReadBackAsTheSameValue) {
  constexpr std::uint64_t kSeed = 41;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  constexpr std::array<Nanoseconds::rep, 5> kRound = {1, 1000, 1'000'000, 500'000'000,
                                                      60'000'000'000};
  for (int i = 0; i < 20'000; ++i) {
    const auto most = static_cast<int>(random.below(2)) * 38 + 25;
    auto count = static_cast<Nanoseconds::rep>(random.ofAnySize(most));
    if (most == 25) count *= kRound[random.below(5)];
    const Nanoseconds value(count);
    const std::string text = formatDuration(value);
    ASSERT_EQ(parseDuration(text, 1h), value) << text;
  }
}

TEST(ParseSize, KnowsEveryUnit) {
  EXPECT_EQ(parseSize("4096"), 4096U);
  EXPECT_EQ(parseSize("4096B"), 4096U);
  EXPECT_EQ(parseSize("4KiB"), 4096U);
  EXPECT_EQ(parseSize("4k"), 4096U);
  EXPECT_EQ(parseSize("4K"), 4096U);
  EXPECT_EQ(parseSize("1M"), 1U << 20);
  EXPECT_EQ(parseSize("1.5MiB"), 3U << 19);
  EXPECT_EQ(parseSize("2GiB"), std::uint64_t{1} << 31);
  EXPECT_EQ(parseSize("1G"), 1U << 30);
  EXPECT_EQ(parseSize("0"), 0U);
}

TEST(ParseSize, RefusesAFractionOfAByte) {
  EXPECT_EQ(parseSize("0.5KiB"), 512U);
  EXPECT_EQ(parseSize("1.0"), 1U);
  EXPECT_EQ(parseSize("0.5"), std::nullopt);
  EXPECT_EQ(parseSize("0.0001KiB"), std::nullopt);
}

TEST(ParseSize, TakesUpToEighteenDecimals) {
  // 2^-18 and 2^-19 of a GiB.
  EXPECT_EQ(parseSize("0.000003814697265625GiB"), 4096U);
  EXPECT_EQ(parseSize("0.0000019073486328125GiB"), std::nullopt);
}

TEST(ParseSize, TakesTheLargestThatFitsAndNotOneMore) {
  EXPECT_EQ(parseSize("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parseSize("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parseSize("17179869183GiB"), std::uint64_t{17'179'869'183} << 30);
  EXPECT_EQ(parseSize("17179869184GiB"), std::nullopt);
}

TEST(ParseSize, RefusesEverythingElse) {
  for (const char* text : {"", "B", "KiB", "-1", "+1", "1 KiB", "1KB", "1kib", "1m", "1g", "1TiB",
                           "1b", "1e3", "0x10", "1KiBB", "1..5KiB", ".5KiB", "5.KiB"}) {
    EXPECT_EQ(parseSize(text), std::nullopt) << text;
  }
}

TEST(FormatSize, IsTheShortestWithAUnitAndWithoutALeadingZero) {
  EXPECT_EQ(formatSize(0), "0B");
  EXPECT_EQ(formatSize(512), "512B");
  EXPECT_EQ(formatSize(1000), "1000B");
  EXPECT_EQ(formatSize(1536), "1536B");
  EXPECT_EQ(formatSize(4096), "4KiB");
  EXPECT_EQ(formatSize(65536), "64KiB");
  EXPECT_EQ(formatSize(3U << 19), "1.5MiB");
  EXPECT_EQ(formatSize(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615B");
}

TEST(FormatSize, IsReadBackAsTheSameValue) {
  constexpr std::uint64_t kSeed = 42;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random.ofAnySize(64) >> 20 << random.below(21);
    const std::string text = formatSize(value);
    ASSERT_EQ(parseSize(text), value) << text;
  }
}

TEST(ParseCount, TakesDigitsOnly) {
  EXPECT_EQ(parseCount("0"), 0U);
  EXPECT_EQ(parseCount("007"), 7U);
  EXPECT_EQ(parseCount("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text :
       {"", " 1", "1 ", "+1", "-1", "1.0", "1k", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(parseCount(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace iotcpd
