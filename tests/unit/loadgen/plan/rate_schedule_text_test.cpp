#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/text/quantity.h"
#include "loadgen/plan/rate_schedule.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd::loadgen {
namespace {

void expectRefused(const std::vector<Refusal>& refusals) {
  expectRefusals(refusals, RateSchedule::parse);
}

TEST(RateScheduleText, PrintsAsItWasWritten) {
  for (const std::string_view text :
       {"1000/s", "100/s for 10s, ramp to 2000/s over 30s, step 500/s every 5s",
        "0/s for 1ns, 1.5/min for 24h", "step 1/s every 1ms to 1000/s, 0/s"}) {
    EXPECT_EQ(RateSchedule::parse(text).text(), text);
  }
  EXPECT_EQ(RateSchedule::parse("\t1.50/s for 60s ,ramp  to 2/s over 1000ms").text(),
            "1.5/s for 1m, ramp to 2/s over 1s");
}

TEST(RateScheduleText, IsRefusedAtThePlaceThatIsWrong) {
  expectRefused({
      {"", 1, "a rate such as 1000/s, 'ramp to RATE over TIME' or 'step RATE every TIME'"},
      {"fast", 1, "a rate such as 1000/s"},
      {"100", 1, "a rate such as 1000/s (s, min or h)"},
      {"100/s for", 10, "a time with its unit"},
      {"100/s for 10", 11, "a time with its unit"},
      {"100/s for 0s", 11, "a time of at least 1ns"},
      {"100/s for 25h", 11, "a time with its unit such as 5ms, at most 24h"},
      {"100/s until 10s", 7, "nothing more"},
      {"100/s for 10s,", 15, "a rate such as 1000/s"},
      {"100/s for 10s 200/s", 15, "nothing more"},
      {"100/s, 200/s", 6, "'for TIME' before another part"},
      {"ramp 2000/s over 1s", 6, "'to'"},
      {"ramp to fast over 1s", 9, "a rate such as 1000/s"},
      {"ramp to 2000/s", 15, "'over'"},
      {"ramp to 2000/s for 1s", 16, "'over'"},
      {"ramp to 2000/s over 0s", 21, "a time of at least 1ns"},
      {"step to 2000/s over 1s", 6, "a rate such as 1000/s"},
      {"step 0/s every 1s", 6, "a rate above 0"},
      {"step 1/s", 9, "'every'"},
      {"step 1/s every 1s, 1/s", 18, "'to RATE' before another part"},
      {"5/s for 1s, step 1/s every 1s to 5/s", 34, "a rate above the one before"},
  });
}

TEST(RateScheduleText, AStepLastsAMillisecondAtLeast) {
  expectRefused({{"step 1/s every 999us", 16, "a time of at least 1ms"}});
  EXPECT_EQ(RateSchedule::parse("step 1/s every 1ms").text(), "step 1/s every 1ms");
}

TEST(RateScheduleText, AScheduleHasAMillionStepsAtTheMost) {
  EXPECT_EQ(RateSchedule::parse("step 1/s every 1ms to 1000000/s").length(),
            std::chrono::seconds(1000));
  expectRefused({{"step 1/s every 1ms to 1000001/s", 23, "at most 1000000 steps in a schedule"},
                 {"step 1/s every 1ms to 999999/s, 0/s for 1s, step 1/s every 1ms to 2/s", 67,
                  "at most 1000000 steps in a schedule"}});
}

TEST(RateScheduleText, AScheduleEndsWithinTenThousandHours) {
  const std::string steps = "step 1/s every 24h to 416/s";  // 9984 hours
  const std::string longer = steps + ", 1/s for 57600.000000001s";
  EXPECT_EQ(RateSchedule::parse(steps + ", 1/s for 16h").length(), std::chrono::hours(10'000));
  expectRefused({{longer, 30, "a schedule of at most 10000h in all"},
                 {"step 1/s every 24h to 417/s", 1, "a schedule of at most 10000h in all"},
                 {"step 1/s every 24h to 1000000/s", 1, "a schedule of at most 10000h in all"}});
}

TEST(RateScheduleText, AScheduleHasAThousandPartsAtTheMost) {
  std::string parts = "1/s for 1s";
  for (int i = 1; i < 1000; ++i) parts += ",1/s for 1s";
  const std::string tooMany = parts + ",1/s for 1s";
  EXPECT_EQ(RateSchedule::parse(parts).length(), std::chrono::seconds(1000));
  expectRefused({{tooMany, 11 * 1000 + 1, "at most 1000 parts"}});
}

std::string randomRate(TestRandom& random) {
  const auto units = std::to_array<std::string_view>({"s", "min", "h"});
  return fmt::format("{}.{:06}/{}", random.ofAnySize(23), 1 + random.below(999'999),
                     units.at(random.below(3)));
}

std::string randomTime(TestRandom& random) {
  return formatDuration(Nanoseconds(static_cast<std::int64_t>(1'000'000 + random.ofAnySize(45))));
}

TEST(RateScheduleText, ReadsBackAsTheSameSchedule) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    std::string text;
    for (std::size_t parts = random.below(8); parts > 0; --parts) {
      text += random.below(2) == 0
                  ? fmt::format("{} for {}, ", randomRate(random), randomTime(random))
                  : fmt::format("ramp to {} over {}, ", randomRate(random), randomTime(random));
    }
    text += random.below(2) == 0
                ? randomRate(random)
                : fmt::format("step {} every {}", randomRate(random), randomTime(random));
    const RateSchedule schedule = RateSchedule::parse(text);
    const std::string printed = schedule.text();
    ASSERT_EQ(RateSchedule::parse(printed), schedule) << printed;
    ASSERT_EQ(RateSchedule::parse(printed).text(), printed);
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
