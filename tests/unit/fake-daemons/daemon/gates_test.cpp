#include "fake-daemons/daemon/gates.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

class GatesTest : public ::testing::Test {
 protected:
  /// Comes to a gate; its letter is in passed_ once it has gone through after waiting.
  Gates::Ticket come(char who, const std::string& gate = "gate") {
    return gates_.enter(gate, [this, who](TimePoint now) {
      EXPECT_EQ(now, kNow);
      passed_ += who;
    });
  }

  Gates gates_;
  std::string passed_;
};

TEST_F(GatesTest, AreClosedAtFirst) {
  EXPECT_NE(come('a'), 0U);
  EXPECT_EQ(gates_.waiting("gate"), 1U);
  EXPECT_EQ(gates_.waiting("other"), 0U);
  EXPECT_EQ(passed_, "");
}

TEST_F(GatesTest, AnOpenedGateLetsAllPassInTheirOrderAndAllThatCome) {
  come('a');
  come('b');
  come('c', "other");
  gates_.open("gate", kNow);
  EXPECT_EQ(passed_, "ab");
  EXPECT_EQ(come('d'), 0U) << "straight through";
  EXPECT_EQ(passed_, "ab");
  EXPECT_EQ(gates_.waiting("gate"), 0U);
  EXPECT_EQ(gates_.waiting("other"), 1U);
}

TEST_F(GatesTest, AShutGateHoldsWhoeverComesNext) {
  gates_.open("gate", kNow);
  gates_.shut("gate");
  EXPECT_NE(come('a'), 0U);
}

TEST_F(GatesTest, ShuttingLetsNobodyPassThatWaits) {
  come('a');
  gates_.shut("gate");
  EXPECT_EQ(passed_, "");
  EXPECT_EQ(gates_.waiting("gate"), 1U);
}

TEST_F(GatesTest, LettingANumberPassTakesTheFirstOnes) {
  come('a');
  come('b');
  come('c');
  gates_.let("gate", 2, kNow);
  EXPECT_EQ(passed_, "ab");
  EXPECT_EQ(gates_.waiting("gate"), 1U);
  EXPECT_NE(come('d'), 0U) << "none is left over";
}

TEST_F(GatesTest, WhoDoesNotWaitYetMayBeLetPassAhead) {
  come('a');
  gates_.let("gate", 3, kNow);
  EXPECT_EQ(passed_, "a");
  EXPECT_EQ(come('b'), 0U);
  EXPECT_EQ(come('c'), 0U);
  EXPECT_NE(come('d'), 0U);
}

TEST_F(GatesTest, ShuttingTakesBackWhatWasLetAhead) {
  gates_.let("gate", 3, kNow);
  gates_.shut("gate");
  EXPECT_NE(come('a'), 0U);
}

TEST_F(GatesTest, LettingNobodyPassChangesNothing) {
  come('a');
  gates_.let("gate", 0, kNow);
  EXPECT_EQ(passed_, "");
  EXPECT_EQ(gates_.waiting("gate"), 1U);
}

TEST_F(GatesTest, AResetLetsEverybodyPassAndShutsAllGates) {
  come('a');
  come('b', "other");
  gates_.open("third", kNow);
  gates_.let("fourth", 2, kNow);
  gates_.reset(kNow);
  EXPECT_EQ(passed_.size(), 2U);
  for (const std::string gate : {"gate", "other", "third", "fourth"}) {
    EXPECT_NE(come('z', gate), 0U) << gate;
  }
}

TEST_F(GatesTest, WhoLeavesNeverPasses) {
  const Gates::Ticket first = come('a');
  come('b');
  gates_.leave(first);
  EXPECT_EQ(gates_.waiting("gate"), 1U);
  gates_.open("gate", kNow);
  EXPECT_EQ(passed_, "b");
  gates_.leave(first);
}

TEST_F(GatesTest, TicketsDiffer) { EXPECT_NE(come('a'), come('b', "other")); }

TEST_F(GatesTest, WhoPassesMayComeAgainAtOnceAndWaitsThen) {
  gates_.enter("gate", [this](TimePoint /*now*/) { come('b'); });
  gates_.let("gate", 1, kNow);
  EXPECT_EQ(gates_.waiting("gate"), 1U);
  gates_.reset(kNow);
  EXPECT_EQ(passed_, "b");
}

TEST_F(GatesTest, AwaitAnswersAtOnceWhenSomebodyWaits) {
  come('a');
  int arrivals = 0;
  gates_.await("gate", [&] { ++arrivals; });
  EXPECT_EQ(arrivals, 1);
  come('b');
  EXPECT_EQ(arrivals, 1);
}

TEST_F(GatesTest, AwaitAnswersOnceWhenSomebodyComes) {
  int arrivals = 0;
  gates_.await("gate", [&] { ++arrivals; });
  gates_.await("gate", [&] { ++arrivals; });
  come('x', "other");
  EXPECT_EQ(arrivals, 0);
  come('a');
  EXPECT_EQ(arrivals, 2);
  come('b');
  EXPECT_EQ(arrivals, 2);
}

TEST_F(GatesTest, WhoGoesStraightThroughIsNotAwaited) {
  int arrivals = 0;
  gates_.let("gate", 1, kNow);
  gates_.await("gate", [&] { ++arrivals; });
  come('a');
  EXPECT_EQ(arrivals, 0);
  come('b');
  EXPECT_EQ(arrivals, 1);
}

TEST_F(GatesTest, ThoseThatAreClosedAndEmptyTakeNoRoom) {
  for (int i = 0; i < 999; ++i) gates_.open(std::to_string(i), kNow);
  const Gates::Ticket ticket = come('a', "held");
  EXPECT_TRUE(gates_.isFull());
  gates_.leave(ticket);
  EXPECT_FALSE(gates_.isFull());
  gates_.let("ahead", 1, kNow);
  EXPECT_TRUE(gates_.isFull());
  come('b', "ahead");
  EXPECT_FALSE(gates_.isFull());
  gates_.shut("0");
  come('c', "held");
  EXPECT_FALSE(gates_.isFull());
  gates_.reset(kNow);
  for (int i = 0; i < 999; ++i) gates_.open(std::to_string(i), kNow);
  EXPECT_FALSE(gates_.isFull());
}

TEST_F(GatesTest, WhatIsLetAheadHasAnEndAndNeverWrapsRound) {
  gates_.let("gate", ~std::uint64_t{0}, kNow);
  gates_.let("gate", ~std::uint64_t{0}, kNow);
  EXPECT_EQ(come('a'), 0U);
}

TEST_F(GatesTest, ANameIsOneThatHoldAccepts) {
  EXPECT_TRUE(Gates::isName("gate-1_A"));
  EXPECT_TRUE(Gates::isName(std::string(64, 'g')));
  for (const std::string& name : {std::string(), std::string(65, 'g'), std::string("a.b")}) {
    EXPECT_FALSE(Gates::isName(name)) << name;
  }
}

TEST_F(GatesTest, WhoeverIsAwaitedCanBeSeenWaiting) {
  std::size_t waiting = 0;
  gates_.await("gate", [&] { waiting = gates_.waiting("gate"); });
  come('a');
  EXPECT_EQ(waiting, 1U);
}

}  // namespace
}  // namespace iotcpd::fake
