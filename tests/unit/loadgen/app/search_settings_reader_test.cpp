#include "loadgen/app/search_settings_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/app/given_words.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using List = std::vector<std::string>;

List complete(List words) {
  words.insert(words.end(), {"--slo=p99<50ms", "h:1"});
  return words;
}

SearchSettings settingsOf(List words) {
  return readSearchSettings(given("search", complete(std::move(words))));
}

std::string complaintOf(List words) {
  return usageErrorOf(readSearchSettings, "search", complete(std::move(words)));
}

TEST(ReadSearchSettings, AnObjectiveAndATargetAreEnough) {
  const SearchSettings search = settingsOf({});
  ASSERT_EQ(search.objectives.size(), 1U);
  EXPECT_EQ(search.from, 100);
  EXPECT_EQ(search.to, 1e6);
  EXPECT_EQ(search.precision, 0.05);
  EXPECT_EQ(search.step.warmup, Nanoseconds(seconds(1)));
  EXPECT_EQ(search.step.plan.duration, Nanoseconds(seconds(11)));
  EXPECT_EQ(search.step.connections, 1000U);
  EXPECT_EQ(search.step.target, "h:1");
}

TEST(ReadSearchSettings, EveryValueComesToItsPlace) {
  const SearchSettings search =
      settingsOf({"--slo=errors == 0", "--from=60000/min", "--to=5000/s", "--step-duration=2",
                  "--step-warmup=3s", "--precision=1.5%", "--arrivals=poisson", "--connections=5",
                  "--seed=3", "--json=-"});
  EXPECT_EQ(search.objectives.size(), 2U);
  EXPECT_EQ(search.from, 1000);
  EXPECT_EQ(search.to, 5000);
  EXPECT_EQ(search.step.plan.duration, Nanoseconds(seconds(5)));
  EXPECT_EQ(search.step.warmup, Nanoseconds(seconds(3)));
  EXPECT_DOUBLE_EQ(search.precision, 0.015);
  EXPECT_EQ(search.step.plan.arrivals, Arrivals::kPoisson);
  EXPECT_EQ(search.step.connections, 5U);
  EXPECT_EQ(search.step.plan.seed, 3U);
  EXPECT_EQ(search.step.jsonFile, "-");
}

TEST(ReadSearchSettings, NeedsAnObjectiveAndATarget) {
  EXPECT_THAT(usageErrorOf(readSearchSettings, "search", {"h:1"}),
              StartsWith("an objective is missing"));
  EXPECT_THAT(usageErrorOf(readSearchSettings, "search", {"--slo=p99<50ms"}),
              StartsWith("a target is missing"));
}

TEST(ReadSearchSettings, RefusesValuesOutsideTheirLimits) {
  EXPECT_EQ(complaintOf({"--step-duration=99ms"}),
            "--step-duration: '99ms' is not accepted; accepted is a time from 100ms to 24h");
  EXPECT_EQ(complaintOf({"--precision=0.05%"}),
            "--precision: '0.05%' is not accepted; accepted is 0.1% to 50%");
  EXPECT_EQ(complaintOf({"--precision=5"}),
            "--precision: '5' is not accepted; accepted is 0.1% to 50%");
  EXPECT_THAT(complaintOf({"--from=0/s"}), StartsWith("--from: '0/s' is not accepted"));
  EXPECT_THAT(complaintOf({"--from=5"}), HasSubstr("<-- HERE"));
  EXPECT_THAT(complaintOf({"--slo=p99"}), StartsWith("--slo: expected"));
}

TEST(ReadSearchSettings, RefusesTheContradictionsOfARun) {
  EXPECT_EQ(complaintOf({"--serve-ready=(x)"}), "--serve-ready needs --serve");
  EXPECT_EQ(complaintOf({"--shuffle"}), "--shuffle needs --requests-file");
  EXPECT_THAT(complaintOf({"--pipeline=2"}), StartsWith("--pipeline 2 needs --keep-alive"));
  EXPECT_THAT(complaintOf({"--request=x", "--requests-file=x"}), HasSubstr("given together"));
  EXPECT_THAT(complaintOf({"--json=x", "--html=x"}), HasSubstr("cannot both be written"));
}

TEST(ReadSearchSettings, TheHighestRateIsAboveTheFirst) {
  EXPECT_EQ(complaintOf({"--from=10/s", "--to=10/s"}), "--to has to be a higher rate than --from");
  EXPECT_EQ(complaintOf({"--from=100/s", "--to=101/s"}), "");
}

TEST(ReadSearchSettings, AStepHasAsManyRequestsAsItsPercentilesTake) {
  EXPECT_EQ(complaintOf({"--slo=p99.9<1s"}),
            "--slo 'p99.9 < 1s' takes 3688 replies; at --from 100/s a --step-duration of 10s has "
            "about 1000: give more of either");
  EXPECT_EQ(complaintOf({"--slo=p99.9<1s", "--from=369/s"}), "");
  EXPECT_EQ(complaintOf({"--from=36.8/s"}), "");
  EXPECT_THAT(complaintOf({"--from=36.8/s", "--arrivals=poisson"}), HasSubstr("takes 368 replies"));
  EXPECT_EQ(usageErrorOf(readSearchSettings, "search", {"--slo=max<1s", "--from=1/s", "h:1"}), "");
}

}  // namespace
}  // namespace iotcpd::loadgen
