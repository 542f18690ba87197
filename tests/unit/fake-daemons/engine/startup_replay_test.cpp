#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fake-daemons/engine/armed_fault.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

/// What one incarnation does at its start: the first letter of the action, or '.'.
char start(std::string_view text, const Identity& identity) {
  ArmedFault fault(faultOf(text), identity, "startup");
  const ActionCall* action = fault.hit({});
  return action == nullptr ? '.' : action->type->name.front();
}

/// What incarnations 1 to `count` of a slot do, each in a process of its own.
std::string starts(std::string_view text, std::uint64_t count, std::uint64_t seed = 1,
                   std::uint64_t worker = 0) {
  std::string did;
  for (std::uint64_t i = 1; i <= count; ++i) did += start(text, {seed, worker, i});
  return did;
}

TEST(FaultAtStartup, CountsGoOnFromIncarnationToIncarnation) {
  EXPECT_EQ(starts("startup = first(3) exit(1)", 6), "eee...");
  EXPECT_EQ(starts("startup = 2* exit(1)", 5), "ee...");
  EXPECT_EQ(starts("startup = every(3) exit(1)", 7), "..e..e.");
  EXPECT_EQ(starts("startup = after(2) exit(1)", 5), "..eee");
}

TEST(FaultAtStartup, AChainGoesOnFromIncarnationToIncarnation) {
  EXPECT_EQ(starts("startup = 2* exit(1) -> first(1) kill(TERM) -> every(2) abort", 7), "eek.a.a");
}

TEST(FaultAtStartup, AShareBeforeACountIsDrawnAsTheEarlierIncarnationsDrewIt) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const std::string endless = starts("startup = 30% exit(1)", 100, seed);
    std::string threeOfThem;
    int left = 3;
    for (const char c : endless) threeOfThem += c == 'e' && left-- > 0 ? 'e' : '.';
    EXPECT_EQ(starts("startup = 30%3* exit(1)", 100, seed), threeOfThem);
  }
}

TEST(FaultAtStartup, IncarnationsDrawIndependently) {
  const std::string did = starts("startup = 50% exit(1)", 1000);
  const auto fired = std::ranges::count(did, 'e');
  // Six standard deviations.
  EXPECT_NEAR(static_cast<double>(fired), 500, 95) << "seed 1";
}

TEST(FaultAtStartup, EachSlotCountsForItself) {
  EXPECT_EQ(starts("startup = first(2) exit(1)", 3, 1, 0), "ee.");
  EXPECT_EQ(starts("startup = first(2) exit(1)", 3, 1, 1), "ee.");
}

TEST(FaultAtStartup, OfAnIncarnationThatIsNamedTheCountsAreItsOwn) {
  EXPECT_EQ(start("startup(incarnation 5) = first(1) exit(1)", {1, 0, 5}), 'e');
  EXPECT_EQ(start("startup(incarnation 5) = after(1) exit(1)", {1, 0, 5}), '.');
}

TEST(FaultAtStartup, AtOtherPointsHitsAreCountedPerProcess) {
  for (std::uint64_t incarnation = 1; incarnation <= 4; ++incarnation) {
    EXPECT_EQ(start("idle = first(1) exit(1)", {1, 0, incarnation}), 'e');
  }
}

TEST(FaultAtStartup, EarlierStartsAreNotAmongTheHitsOfThisProcess) {
  ArmedFault fault(faultOf("startup = exit(1)"), {1, 0, 10}, "startup");
  EXPECT_EQ(fault.hits(), 0U);
  EXPECT_EQ(fault.fired(), 0U);
}

TEST(FaultAtStartup, EarlierStartsAreAmongTheHitsOfTheSlot) {
  ArmedFault fault(faultOf("startup = first(5) exit(1)"), {1, 0, 4}, "startup");
  EXPECT_NE(fault.hit({}), nullptr);
  EXPECT_EQ(fault.slotHits(), 4U);
  EXPECT_EQ(fault.slotFired(), 4U);
  EXPECT_EQ(fault.hits(), 1U);
}

TEST(FaultAtStartup, RearmedItReplaysTheStartsAgain) {
  ArmedFault fault(faultOf("startup = first(3) exit(1)"), {1, 0, 3}, "startup");
  EXPECT_NE(fault.hit({}), nullptr);
  EXPECT_EQ(fault.hit({}), nullptr);
  fault.rearm();
  EXPECT_NE(fault.hit({}), nullptr);
  EXPECT_EQ(fault.hit({}), nullptr);
}

TEST(FaultAtStartup, ASlotThatHasRecoveredStaysSoHoweverOftenItIsStarted) {
  EXPECT_EQ(start("startup = first(3) exit(1)", {1, 0, 100'001}), '.');
  EXPECT_EQ(start("startup = first(3) exit(1)", {1, 0, 100'002}), '.');
  EXPECT_EQ(start("startup = first(3) exit(1)", {1, 0, UINT64_MAX}), '.');
}

}  // namespace
}  // namespace iotcpd::fake
