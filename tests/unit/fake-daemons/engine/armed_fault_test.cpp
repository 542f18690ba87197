#include "fake-daemons/engine/armed_fault.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ArmedFault armed(std::string_view text, const Identity& identity = {}) {
  return ArmedFault(faultOf(text), identity, std::string(text) + "#0");
}

/// What happens at so many hits in a row: the first letter of the action, or '.'.
std::string hits(ArmedFault& fault, int count, const Hit& hit = {}) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const ActionCall* action = fault.hit(hit);
    text += action == nullptr ? '.' : action->type->name.front();
  }
  return text;
}

std::string hitsOf(std::string_view text, int count) {
  ArmedFault fault = armed(text);
  return hits(fault, count);
}

std::string hitsAt(ArmedFault& fault, const std::vector<milliseconds>& times) {
  std::string text;
  for (const milliseconds time : times) text += hits(fault, 1, Hit{time, ""});
  return text;
}

TEST(ArmedFault, WithoutATriggerItFiresAlways) { EXPECT_EQ(hitsOf("idle = exit(1)", 6), "eeeeee"); }

TEST(ArmedFault, ACountFiresSoOftenAndNeverAgain) {
  EXPECT_EQ(hitsOf("idle = 3* exit(1)", 6), "eee...");
  EXPECT_EQ(hitsOf("idle = 1* exit(1)", 6), "e.....");
}

TEST(ArmedFault, EveryFiresAtEachMultiple) {
  EXPECT_EQ(hitsOf("idle = every(3) exit(1)", 9), "..e..e..e");
  EXPECT_EQ(hitsOf("idle = every(1) exit(1)", 3), "eee");
}

TEST(ArmedFault, FirstFiresAtTheFirstHitsAndAfterAtAllFurtherOnes) {
  EXPECT_EQ(hitsOf("idle = first(2) exit(1)", 5), "ee...");
  EXPECT_EQ(hitsOf("idle = after(2) exit(1)", 5), "..eee");
  EXPECT_EQ(hitsOf("idle = after(0) exit(1)", 3), "eee");
}

TEST(ArmedFault, MatchLooksAtTheRequest) {
  ArmedFault fault = armed("after-read = match(/ads?[.]/) exit(1)");
  EXPECT_EQ(hits(fault, 1, {{}, "http://ad.example/"}), "e");
  EXPECT_EQ(hits(fault, 1, {{}, "http://example/"}), ".");
  EXPECT_EQ(hits(fault, 1, {{}, ""}), ".");
}

TEST(ArmedFault, AtFiresOnceAtTheFirstHitAtThatTimeOrLater) {
  ArmedFault exact = armed("idle = at(10ms) exit(1)");
  EXPECT_EQ(hitsAt(exact, {milliseconds(0), milliseconds(9), milliseconds(10), milliseconds(10)}),
            "..e.");
  ArmedFault late = armed("idle = at(10ms) exit(1)");
  EXPECT_EQ(hitsAt(late, {milliseconds(9), milliseconds(500), milliseconds(501)}), ".e.");
}

TEST(ArmedFault, BetweenIncludesItsBeginAndNotItsEnd) {
  ArmedFault fault = armed("idle = between(10ms, 20ms) exit(1)");
  EXPECT_EQ(hitsAt(fault, {milliseconds(9), milliseconds(10), milliseconds(19), milliseconds(20),
                           milliseconds(15)}),
            ".ee.e");
}

TEST(ArmedFault, AShareOfAllHitsFires) {
  constexpr int kHits = 100'000;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    ArmedFault fault = armed("idle = 2% exit(1)", {seed, 0, 1});
    const auto text = hits(fault, kHits);
    // Six standard deviations.
    EXPECT_NEAR(static_cast<double>(std::ranges::count(text, 'e')), 2000, 270) << "seed " << seed;
  }
  EXPECT_EQ(hitsOf("idle = 100% exit(1)", 5), "eeeee");
}

TEST(ArmedFault, TheShareIsDrawnBeforeTheCountIsSpent) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    ArmedFault fault = armed("idle = 10%5* exit(1)", {seed, 0, 1});
    const std::string text = hits(fault, 1000);
    EXPECT_EQ(std::ranges::count(text, 'e'), 5) << "each of the five is a hit that was drawn";
    EXPECT_GT(text.find_last_of('e'), 5U) << "hits that were not drawn spend nothing";
  }
}

TEST(ArmedFault, ACountChangesNothingInWhatTheShareDraws) {
  ArmedFault endless(faultOf("idle = 10% exit(1)"), {}, "same");
  ArmedFault counted(faultOf("idle = 10%5* exit(1)"), {}, "same");
  const std::string all = hits(endless, 1000);
  std::string fiveOfThem;
  int left = 5;
  for (const char c : all) fiveOfThem += c == 'e' && left-- > 0 ? 'e' : '.';
  EXPECT_EQ(hits(counted, 1000), fiveOfThem);
}

TEST(ArmedFault, AChainGoesOnWhenACountedTermIsSpent) {
  EXPECT_EQ(hitsOf("idle = 2* exit(1) -> 3* kill(TERM) -> hang", 8), "eekkkhhh");
  EXPECT_EQ(hitsOf("idle = first(2) exit(1) -> kill(TERM)", 5), "eekkk");
  ArmedFault timed = armed("idle = at(10ms) exit(1) -> kill(TERM)");
  EXPECT_EQ(hitsAt(timed, {milliseconds(9), milliseconds(10), milliseconds(11)}), ".ek");
}

TEST(ArmedFault, AChainDoesNotGoOnFromATermWithoutACount) {
  EXPECT_EQ(hitsOf("idle = every(2) exit(1) -> kill(TERM)", 6), ".e.e.e");
  EXPECT_EQ(hitsOf("idle = after(2) exit(1) -> kill(TERM)", 5), "..eee");
  EXPECT_EQ(hitsOf("idle = exit(1) -> kill(TERM)", 3), "eee");
  ArmedFault timed = armed("idle = between(0, 10ms) exit(1) -> kill(TERM)");
  EXPECT_EQ(hitsAt(timed, {milliseconds(9), milliseconds(10), milliseconds(11)}), "e..");
}

TEST(ArmedFault, EachTermOfAChainCountsItsOwnHits) {
  EXPECT_EQ(hitsOf("idle = 2* exit(1) -> every(3) kill(TERM)", 9), "ee..k..k.");
  EXPECT_EQ(hitsOf("idle = 2* exit(1) -> after(1) kill(TERM)", 5), "ee.kk");
}

TEST(ArmedFault, AChainWhoseLastTermIsSpentIsOver) {
  EXPECT_EQ(hitsOf("idle = 1* exit(1) -> 1* kill(TERM)", 5), "ek...");
}

TEST(ArmedFault, EachTermMatchesItsOwnPattern) {
  ArmedFault fault = armed("after-read = 1* hang -> match(/b/) exit(1)");
  EXPECT_EQ(hits(fault, 1, {{}, "a"}), "h");
  EXPECT_EQ(hits(fault, 1, {{}, "a"}), ".");
  EXPECT_EQ(hits(fault, 1, {{}, "b"}), "e");
}

TEST(ArmedFault, OffIsNoActionButSpendsItsCount) {
  EXPECT_EQ(hitsOf("idle = 2* off -> exit(1)", 4), "..ee");
  ArmedFault fault = armed("idle = 2* off -> exit(1)");
  hits(fault, 4);
  EXPECT_EQ(fault.hits(), 4U);
  EXPECT_EQ(fault.fired(), 2U);
}

TEST(ArmedFault, CountsItsHitsAndHowOftenItFired) {
  ArmedFault fault = armed("idle = every(3) exit(1)");
  EXPECT_EQ(fault.hits(), 0U);
  hits(fault, 7);
  EXPECT_EQ(fault.hits(), 7U);
  EXPECT_EQ(fault.fired(), 2U);
}

TEST(ArmedFault, OutOfScopeItNeitherFiresNorCounts) {
  const Identity identity{1, 3, 2};
  for (const std::string_view scope : {"(worker 2)", "(incarnation 1)", "(worker 3, incarnation 1)",
                                       "(worker 2, incarnation 2)"}) {
    ArmedFault fault = armed("idle" + std::string(scope) + " = exit(1)", identity);
    EXPECT_FALSE(fault.isInScope()) << scope;
    EXPECT_EQ(hits(fault, 3), "...") << scope;
    EXPECT_EQ(fault.hits(), 0U) << scope;
  }
  for (const std::string_view scope :
       {"", "(worker 3)", "(incarnation 2)", "(worker 3, incarnation 2)"}) {
    ArmedFault fault = armed("idle" + std::string(scope) + " = exit(1)", identity);
    EXPECT_TRUE(fault.isInScope()) << scope;
    EXPECT_EQ(hits(fault, 3), "eee") << scope;
  }
}

TEST(ArmedFault, RearmedItDoesWhatItDidAtFirst) {
  ArmedFault fault = armed("idle = 30%5* exit(1) -> 50% kill(TERM)", {7, 0, 1});
  const std::string first = hits(fault, 200);
  fault.rearm();
  EXPECT_EQ(fault.hits(), 0U);
  EXPECT_EQ(fault.fired(), 0U);
  EXPECT_EQ(hits(fault, 200), first);
}

TEST(ArmedFault, NextTimeIsWhenATimeTriggerCanFire) {
  ArmedFault at = armed("idle = at(10s) exit(1) -> between(20s, 30s) exit(2)");
  EXPECT_EQ(at.nextTime(seconds(0)), seconds(10));
  EXPECT_EQ(at.nextTime(seconds(15)), seconds(10)) << "overdue";
  EXPECT_EQ(hitsAt(at, {seconds(15)}), "e");
  EXPECT_EQ(at.nextTime(seconds(15)), seconds(20)) << "of the chain's next term";
  EXPECT_EQ(at.nextTime(seconds(20)), std::nullopt);
}

TEST(ArmedFault, ASpentCountLeadsToTheTimeOfTheNextTerm) {
  ArmedFault counted = armed("idle = 1* exit(1) -> at(10s) exit(2)");
  EXPECT_EQ(counted.nextTime({}), std::nullopt);
  EXPECT_EQ(hits(counted, 1), "e");
  EXPECT_EQ(counted.nextTime({}), seconds(10));
  ArmedFault first = armed("idle = first(2) off -> at(10s) exit(2)");
  hits(first, 1);
  EXPECT_EQ(first.nextTime({}), std::nullopt);
  hits(first, 1);
  EXPECT_EQ(first.nextTime({}), seconds(10));
  ArmedFault last = armed("idle = at(10s) exit(2)");
  EXPECT_EQ(hitsAt(last, {seconds(10)}), "e");
  EXPECT_EQ(last.nextTime(seconds(10)), std::nullopt);
}

TEST(ArmedFault, WithoutATimeTriggerOrOutOfScopeThereIsNoNextTime) {
  EXPECT_EQ(armed("idle = every(2) exit(1)").nextTime({}), std::nullopt);
  EXPECT_EQ(armed("idle(worker 5) = at(10s) exit(1)").nextTime({}), std::nullopt);
  ArmedFault over = armed("idle = 1* exit(1)");
  hits(over, 2);
  EXPECT_EQ(over.nextTime({}), std::nullopt);
}

TEST(ArmedFault, WhatARequestDrawsDoesNotDependOnWhichComesFirst) {
  const auto drawnIn = [](std::vector<std::uint64_t> order) {
    ArmedFault fault = armed("before-reply = 30% exit(1)");
    std::map<std::uint64_t, bool> fires;
    for (const std::uint64_t ordinal : order) {
      fires[ordinal] = fault.hit({{}, "request", ordinal}) != nullptr;
    }
    return fires;
  };
  std::vector<std::uint64_t> order(100);
  std::iota(order.begin(), order.end(), 1);
  const auto fires = drawnIn(order);
  const auto count = std::ranges::count_if(fires, [](const auto& one) { return one.second; });
  EXPECT_GT(count, 10);
  EXPECT_LT(count, 50);
  std::ranges::reverse(order);
  EXPECT_EQ(drawnIn(order), fires);
}

}  // namespace
}  // namespace iotcpd::fake
