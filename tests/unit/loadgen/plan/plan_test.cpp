#include "loadgen/plan/plan.h"

#include <fcntl.h>

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "common/os/unique_fd.h"
#include "common/text/token.h"
#include "loadgen/plan/plan_file_writer.h"
#include "loadgen/settings.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Kept {
  Nanoseconds due;
  std::string line;
  std::uint64_t token;
  bool hasToken;
  Behaviour behaviour;
  friend bool operator==(const Kept&, const Kept&) = default;
};

std::vector<Kept> requestsOf(const PlanSettings& settings, std::size_t most = 1000) {
  const std::unique_ptr<Plan> plan = makePlan(settings);
  std::vector<Kept> kept;
  for (PlannedRequest request; kept.size() < most && plan->next(request);) {
    kept.push_back({request.due, std::string(request.line), request.token, request.hasToken,
                    request.behaviour});
  }
  return kept;
}

PlanSettings settingsOf(std::string_view rate, std::string_view request = "{seq}") {
  PlanSettings settings;
  if (!rate.empty()) settings.rate = RateSchedule::parse(rate);
  settings.requests.push_back(parseWeightedTemplate(request));
  settings.seed = 7;
  return settings;
}

TEST(Plan, JoinsTimesAndRequests) {
  const std::vector<Kept> kept = requestsOf(settingsOf("1000/s"), 3);
  ASSERT_EQ(kept.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(kept[i].due, milliseconds(i));
    EXPECT_EQ(kept[i].line, std::to_string(i + 1) + '\n');
    EXPECT_FALSE(kept[i].hasToken);
    EXPECT_EQ(kept[i].behaviour, Behaviour::kOrdinary);
  }
}

TEST(Plan, InAClosedLoopEverythingIsDueAtOnceAndForEver) {
  const std::vector<Kept> kept = requestsOf(settingsOf(""));
  ASSERT_EQ(kept.size(), 1000U);
  for (const Kept& request : kept) EXPECT_EQ(request.due, Nanoseconds(0));
}

/// For how many each nextAlike() of at most `most` stands.
std::vector<std::size_t> alike(const PlanSettings& settings, std::size_t most) {
  const std::unique_ptr<Plan> plan = makePlan(settings);
  std::vector<std::size_t> counts;
  PlannedRequest request;
  while (counts.size() < 3) counts.push_back(plan->nextAlike(request, most));
  return counts;
}

TEST(Plan, InAClosedLoopAFixedRequestStandsForMany) {
  PlanSettings settings = settingsOf("", "hello");
  EXPECT_EQ(alike(settings, 16), (std::vector<std::size_t>{16, 16, 16}));
  settings.most = 20;
  EXPECT_EQ(alike(settings, 16), (std::vector<std::size_t>{16, 4, 0}));
}

TEST(Plan, RequestsThatMayDifferStandForThemselves) {
  const std::vector<std::size_t> oneByOne{1, 1, 1};
  EXPECT_EQ(alike(settingsOf("", "{seq}"), 16), oneByOne);
  EXPECT_EQ(alike(settingsOf("1000/s", "hello"), 16), oneByOne);
  PlanSettings mixed = settingsOf("", "hello");
  mixed.requests.push_back(parseWeightedTemplate("hello"));
  EXPECT_EQ(alike(mixed, 16), oneByOne);
  PlanSettings misbehaving = settingsOf("", "hello");
  misbehaving.misbehave = Misbehaviour::parse("rst:1%");
  EXPECT_EQ(alike(misbehaving, 16), oneByOne);
}

TEST(Plan, WithoutARequestItIsAToken) {
  PlanSettings settings;
  settings.seed = 3;
  const std::vector<Kept> kept = requestsOf(settings, 2);
  EXPECT_EQ(kept[0].line, formatToken(kept[0].token) + '\n');
  EXPECT_TRUE(kept[0].hasToken);
  EXPECT_NE(kept[0].token, kept[1].token);
}

TEST(Plan, NothingIsDueAtOrAfterTheDuration) {
  PlanSettings settings = settingsOf("1000/s");
  settings.duration = milliseconds(10);
  EXPECT_EQ(requestsOf(settings).size(), 10U);
  settings.duration = milliseconds(10) + Nanoseconds(1);
  EXPECT_EQ(requestsOf(settings).size(), 11U);
}

TEST(Plan, HasAsManyRequestsAsAskedForAtTheMost) {
  PlanSettings settings = settingsOf("1000/s for 20ms");
  EXPECT_EQ(requestsOf(settings).size(), 20U);
  settings.most = 5;
  EXPECT_EQ(requestsOf(settings).size(), 5U);
  settings.most = 100;
  EXPECT_EQ(requestsOf(settings).size(), 20U);
  settings.most = 0;
  EXPECT_TRUE(requestsOf(settings).empty());
}

TEST(Plan, OnceOverItStaysOver) {
  PlanSettings settings = settingsOf("1000/s");
  settings.duration = milliseconds(1);
  const std::unique_ptr<Plan> plan = makePlan(settings);
  PlannedRequest request;
  EXPECT_TRUE(plan->next(request));
  EXPECT_FALSE(plan->next(request));
  EXPECT_FALSE(plan->next(request));
}

TEST(Plan, AShareOfTheRequestsMisbehaves) {
  PlanSettings settings = settingsOf("1000/s");
  settings.misbehave = Misbehaviour::parse("rst:10%, half-close:20%");
  std::map<Behaviour, int> counts;
  for (const Kept& request : requestsOf(settings, 10'000)) ++counts[request.behaviour];
  // Six standard deviations.
  EXPECT_NEAR(counts[Behaviour::kRst], 1000, 180);
  EXPECT_NEAR(counts[Behaviour::kHalfClose], 2000, 240);
  EXPECT_EQ(counts[Behaviour::kOrdinary],
            10'000 - counts[Behaviour::kRst] - counts[Behaviour::kHalfClose]);
}

TEST(Plan, MisbehaviourAndThePlaceholdersDoNotShiftEachOtherNorTheTimes) {
  PlanSettings plain = settingsOf("1000/s", "{rand:0..999999}");
  plain.arrivals = Arrivals::kPoisson;
  PlanSettings full = settingsOf("1000/s", "{rand:0..999999} {uuid}");
  full.arrivals = Arrivals::kPoisson;
  full.misbehave = Misbehaviour::parse("rst:10%");
  const std::vector<Kept> plainRequests = requestsOf(plain);
  const std::vector<Kept> fullRequests = requestsOf(full);
  for (std::size_t i = 0; i < plainRequests.size(); ++i) {
    EXPECT_EQ(fullRequests[i].due, plainRequests[i].due);
    const std::string& line = fullRequests[i].line;
    EXPECT_EQ(line.substr(0, line.find(' ')) + '\n', plainRequests[i].line);
  }
}

TEST(Plan, TheSameSettingsMakeTheSamePlanAndAnotherSeedAnother) {
  PlanSettings settings = settingsOf("1000/s", "{token} {uuid} {rand:1..9}");
  settings.arrivals = Arrivals::kPoisson;
  settings.misbehave = Misbehaviour::parse("rst:10%");
  const std::vector<Kept> first = requestsOf(settings);
  EXPECT_EQ(requestsOf(settings), first);
  settings.seed = 8;
  EXPECT_NE(requestsOf(settings), first);
}

TEST(Plan, ARequestsFileIsTakenInOrderOrShuffled) {
  const TemporaryFile file("a\nb\nc\nd\ne\nf\n");
  PlanSettings settings = settingsOf("1000/s");
  settings.requestsFile = file.path();
  std::string lines;
  for (const Kept& request : requestsOf(settings, 8)) lines += request.line.front();
  EXPECT_EQ(lines, "abcdefab");
  settings.shuffle = true;
  std::string shuffled;
  for (const Kept& request : requestsOf(settings, 12)) shuffled += request.line.front();
  EXPECT_NE(shuffled, "abcdefabcdef");
}

TEST(Plan, AReplayBringsItsTimesAndIsLimitedAndMisbehavesLikeTheOthers) {
  const TemporaryFile file(
      "10.000 0 c X/0 0 GET a - N/- -\n12.000 0 c X/0 0 GET b - N/- -\n"
      "14.000 0 c X/0 0 GET d - N/- -\n");
  PlanSettings settings;
  settings.replayFile = file.path();
  settings.speed = 2;
  settings.duration = seconds(2);
  settings.misbehave = Misbehaviour::parse("rst:100%");
  const std::vector<Kept> kept = requestsOf(settings);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[1].due, seconds(1));
  EXPECT_EQ(kept[1].line, "b c/- - GET myip=- myport=3128\n");
  EXPECT_EQ(kept[1].behaviour, Behaviour::kRst);
}

TEST(Plan, WrittenDownAndReadBackItIsTheSameBitForBit) {
  PlanSettings settings = settingsOf("100/s for 1s, ramp to 900/s over 2s", "é {token}\t{uuid}");
  settings.requests.push_back(parseWeightedTemplate("2:\\{seq}"));
  settings.arrivals = Arrivals::kPoisson;
  settings.misbehave = Misbehaviour::parse("rst:10%, oversize:1%");
  const TemporaryFile file("");
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CLOEXEC));
  PlanFileWriter writer(fd.get(), settings.rate->text());
  const std::unique_ptr<Plan> plan = makePlan(settings);
  for (PlannedRequest request; plan->next(request);) writer.write(request);
  writer.finish();
  PlanSettings replayed;
  replayed.planFile = file.path();
  const std::vector<Kept> kept = requestsOf(settings, 2000);
  EXPECT_GT(kept.size(), 900U);
  EXPECT_TRUE(requestsOf(replayed, 2000) == kept);
  replayed.most = 10;
  EXPECT_EQ(requestsOf(replayed).size(), 10U);
}

TEST(Plan, AFileThatCannotBeUsedIsToldAtOnce) {
  for (auto file :
       {&PlanSettings::requestsFile, &PlanSettings::replayFile, &PlanSettings::planFile}) {
    PlanSettings settings;
    settings.*file = "/nowhere/x";
    const std::string error = planErrorOf([&] { static_cast<void>(makePlan(settings)); });
    EXPECT_NE(error.find("'/nowhere/x'"), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
