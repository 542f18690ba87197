#include "loadgen/plan/rate.h"

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd::loadgen {
namespace {

Rate rateOf(std::string_view text) {
  Scanner scanner(text);
  const Rate rate = parseRate(scanner);
  scanner.expectEnd();
  return rate;
}

TEST(Rate, IsANumberPerSecondMinuteOrHour) {
  EXPECT_EQ(rateOf("1000/s"), (Rate{1'000'000'000, Rate::Unit::kSecond}));
  EXPECT_EQ(rateOf("0.5/min"), (Rate{500'000, Rate::Unit::kMinute}));
  EXPECT_EQ(rateOf("0.000001/h"), (Rate{1, Rate::Unit::kHour}));
  EXPECT_EQ(rateOf("0/s"), Rate());
}

TEST(Rate, IsAWholeNumberInTheCommonUnit) {
  EXPECT_EQ(rateOf("1/s").perHourMillionths(), 3'600'000'000);
  EXPECT_EQ(rateOf("60/min").perHourMillionths(), 3'600'000'000);
  EXPECT_EQ(rateOf("3600/h").perHourMillionths(), 3'600'000'000);
}

TEST(Rate, IsTenMillionPerSecondAtTheMostInAnyUnit) {
  for (const std::string_view text : {"10000000/s", "600000000/min", "36000000000/h"}) {
    EXPECT_EQ(rateOf(text).perHourMillionths(), kHighestRate) << text;
  }
  expectRefusals({{"10000000.000001/s", 1, "a rate such as 1000/s"},
                  {"600000000.000001/min", 1, "a rate such as 1000/s"},
                  {"36000000000.000001/h", 1, "a rate such as 1000/s"},
                  {"99999999999999999999999/s", 1, "a rate such as 1000/s"}},
                 rateOf);
}

TEST(Rate, IsRefusedWhereItBegins) {
  for (const std::string_view text :
       {"", "s", "1", "1000", "1000/", "1000/d", "1000/sec", "1.2.3/s", ".5/s", "5./s",
        "0.0000001/s", "-1/s", "1e3/s", "1 /s", "1/ s"}) {
    expectRefusals({{text, 1, "a rate such as 1000/s (s, min or h), at most 10000000/s"}}, rateOf);
  }
}

TEST(Rate, PrintsAsItWasWritten) {
  for (const std::string_view text : {"0/s", "1/s", "0.5/min", "100/s", "10000000/s", "1.25/h"}) {
    EXPECT_EQ(formatRate(rateOf(text)), text);
  }
  TestRandom random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Rate rate{random.ofAnySize(43), Rate::Unit::kSecond};
    ASSERT_EQ(rateOf(formatRate(rate)), rate) << formatRate(rate);
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
