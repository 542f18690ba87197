#include "loadgen/result/in_flight.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class InFlightTest : public testing::Test {
 protected:
  InFlightTest() { inFlight_.begin(start_); }

  [[nodiscard]] TimePoint at(Nanoseconds time) const { return start_ + time; }

  TimePoint start_{hours(1)};
  InFlight inFlight_;
};

TEST_F(InFlightTest, BothSidesAreEqualWhenEachRequestEndsOnce) {
  inFlight_.onSent(at(milliseconds(100)));
  inFlight_.onSent(at(milliseconds(200)));
  inFlight_.onEnded(at(milliseconds(100)), at(milliseconds(400)));
  inFlight_.onEnded(at(milliseconds(200)), at(milliseconds(900)));
  EXPECT_DOUBLE_EQ(inFlight_.mean(at(seconds(1))), 1.0);
  EXPECT_DOUBLE_EQ(inFlight_.byLittlesLaw(at(seconds(1))), 1.0);
}

TEST_F(InFlightTest, WhatLiesBeforeTheStartHasNoShare) {
  inFlight_.onSent(at(-seconds(5)));
  inFlight_.onSent(at(-seconds(4)));
  inFlight_.onEnded(at(-seconds(5)), at(-seconds(1)));
  inFlight_.onEnded(at(-seconds(4)), at(milliseconds(500)));
  EXPECT_DOUBLE_EQ(inFlight_.mean(at(seconds(1))), 0.5);
  EXPECT_DOUBLE_EQ(inFlight_.byLittlesLaw(at(seconds(1))), 0.5);
}

TEST_F(InFlightTest, TimesNeedNotComeInOrder) {
  inFlight_.onSent(at(milliseconds(300)));
  inFlight_.onEnded(at(milliseconds(300)), at(milliseconds(500)));
  inFlight_.onSent(at(milliseconds(200)));
  inFlight_.onEnded(at(milliseconds(200)), at(milliseconds(400)));
  EXPECT_DOUBLE_EQ(inFlight_.mean(at(seconds(1))), 0.4);
  EXPECT_DOUBLE_EQ(inFlight_.byLittlesLaw(at(seconds(1))), 0.4);
}

TEST_F(InFlightTest, ALostRequestTellsThemApart) {
  inFlight_.onSent(at(Nanoseconds(0)));
  inFlight_.onSent(at(Nanoseconds(0)));
  inFlight_.onEnded(at(Nanoseconds(0)), at(seconds(1)));
  EXPECT_DOUBLE_EQ(inFlight_.mean(at(seconds(1))), 2.0);
  EXPECT_DOUBLE_EQ(inFlight_.byLittlesLaw(at(seconds(1))), 1.0);
}

TEST_F(InFlightTest, AnOutcomeCountedTwiceTellsThemApart) {
  inFlight_.onSent(at(Nanoseconds(0)));
  inFlight_.onEnded(at(Nanoseconds(0)), at(milliseconds(500)));
  inFlight_.onEnded(at(Nanoseconds(0)), at(milliseconds(500)));
  EXPECT_DOUBLE_EQ(inFlight_.mean(at(seconds(1))), 0.0);
  EXPECT_DOUBLE_EQ(inFlight_.byLittlesLaw(at(seconds(1))), 1.0);
}

TEST_F(InFlightTest, NoTimeIsNoMean) {
  inFlight_.onSent(at(Nanoseconds(0)));
  EXPECT_EQ(inFlight_.mean(at(Nanoseconds(0))), 0);
  EXPECT_EQ(inFlight_.byLittlesLaw(at(-seconds(1))), 0);
}

TEST_F(InFlightTest, SumsOfTimesMayOverflowOnTheWay) {
  // 200,000 requests at the end of a day: their times alone add up to 1.7e19 ns.
  const TimePoint late = at(hours(24));
  for (int i = 0; i < 200'000; ++i) {
    inFlight_.onSent(late - seconds(1));
    inFlight_.onEnded(late - seconds(1), late);
  }
  EXPECT_NEAR(inFlight_.mean(late), 200'000 / 86'400.0, 1e-9);
  EXPECT_NEAR(inFlight_.byLittlesLaw(late), 200'000 / 86'400.0, 1e-9);
}

}  // namespace
}  // namespace iotcpd::loadgen
