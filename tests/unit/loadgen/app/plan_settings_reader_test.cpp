#include "loadgen/app/plan_settings_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/app/given_words.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

using List = std::vector<std::string>;

PlanCommandSettings settingsOf(List words) {
  return readPlanCommandSettings(given("plan", std::move(words)));
}

std::string complaintOf(List words) {
  return usageErrorOf(readPlanCommandSettings, "plan", std::move(words));
}

TEST(ReadPlanSettings, ARateAloneIsTenSecondsOnStandardOutput) {
  const PlanCommandSettings settings = settingsOf({"--rate=100/s"});
  EXPECT_EQ(settings.output, "-");
  EXPECT_EQ(settings.plan.duration, Nanoseconds(seconds(10)));
  EXPECT_EQ(settings.plan.arrivals, Arrivals::kConstant);
  ASSERT_EQ(settings.plan.requests.size(), 1U);
  EXPECT_EQ(settings.plan.requests[0].text, "{token}");
}

TEST(ReadPlanSettings, EveryValueComesToItsPlace) {
  const PlanSettings plan =
      settingsOf({"--rate=1/s for 5s", "--arrivals=poisson", "--request=3:a", "--request=b{seq}",
                  "--misbehave=rst:1%", "--seed=7", "--requests=9", "--duration=4s"})
          .plan;
  EXPECT_EQ(plan.rate->text(), "1/s for 5s");
  EXPECT_EQ(plan.arrivals, Arrivals::kPoisson);
  ASSERT_EQ(plan.requests.size(), 2U);
  EXPECT_EQ(plan.requests[0].weight, 3U);
  EXPECT_EQ(plan.requests[1].text, "b{seq}");
  EXPECT_EQ(plan.misbehave.text(), "rst:1%");
  EXPECT_EQ(plan.seed, 7U);
  EXPECT_EQ(plan.most, 9U);
  EXPECT_EQ(plan.duration, Nanoseconds(seconds(4)));

  const PlanCommandSettings replay = settingsOf({"--replay=log", "--speed=2.5x", "-o", "out"});
  EXPECT_EQ(replay.plan.replayFile, "log");
  EXPECT_EQ(replay.plan.speed, 2.5);
  EXPECT_EQ(replay.output, "out");

  const PlanSettings file = settingsOf({"--rate=1/s", "--requests-file=f", "--shuffle"}).plan;
  EXPECT_EQ(file.requestsFile, "f");
  EXPECT_TRUE(file.shuffle);
  EXPECT_TRUE(file.requests.empty());
}

TEST(ReadPlanSettings, WhatEndsByItselfHasNoOtherEnd) {
  EXPECT_FALSE(settingsOf({"--rate=1/s for 5s"}).plan.duration);
  EXPECT_FALSE(settingsOf({"--rate=1/s", "--requests=5"}).plan.duration);
  EXPECT_FALSE(settingsOf({"--replay=log"}).plan.duration);
  EXPECT_TRUE(settingsOf({"--rate=1/s for 5s, 2/s"}).plan.duration);
}

TEST(ReadPlanSettings, WithoutASeedEachPlanIsAnother) {
  EXPECT_NE(settingsOf({"--rate=1/s"}).plan.seed, settingsOf({"--rate=1/s"}).plan.seed);
}

TEST(ReadPlanSettings, SpeedIsAFactorWithOrWithoutItsX) {
  const auto speed = [](const std::string& text) {
    return settingsOf({"--replay=x", "--speed=" + text}).plan.speed;
  };
  EXPECT_EQ(speed("2"), 2);
  EXPECT_EQ(speed("0.001x"), 0.001);
  EXPECT_EQ(speed("1000x"), 1000);
  for (const std::string text : {"0", "0.0009x", "1001x", "x", "2y", "2xx", "-1", ""}) {
    EXPECT_EQ(complaintOf({"--replay=x", "--speed=" + text}),
              "--speed: '" + text + "' is not accepted; accepted is 0.001x to 1000x");
  }
}

TEST(ReadPlanSettings, APlanNeedsTimes) {
  EXPECT_THAT(complaintOf({}), HasSubstr("a plan needs times: --rate or --replay"));
  EXPECT_THAT(complaintOf({"--arrivals=poisson"}), HasSubstr("a plan needs times"));
  EXPECT_EQ(complaintOf({"--arrivals=poisson", "--replay=x"}), "--arrivals needs --rate");
}

TEST(ReadPlanSettings, APlanHasNoTarget) {
  EXPECT_EQ(complaintOf({"--rate=1/s", "127.0.0.1:1"}),
            "'127.0.0.1:1': a plan has no target; only options are accepted");
}

TEST(ReadPlanSettings, AnOutputHasAName) {
  EXPECT_EQ(complaintOf({"--rate=1/s", "--output="}),
            "--output: '' is not accepted; accepted is a path, or - for standard output");
}

}  // namespace
}  // namespace iotcpd::loadgen
