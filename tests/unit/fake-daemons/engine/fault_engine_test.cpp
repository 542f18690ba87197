#include "fake-daemons/engine/fault_engine.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/faults.h"
#include "tests/unit/fake-daemons/support/random_fault.h"

namespace iotcpd::fake {
namespace {

using std::chrono::seconds;

FaultEngine engineWith(const std::vector<std::string_view>& faults, const Identity& identity = {}) {
  FaultEngine engine(identity);
  for (const std::string_view fault : faults) engine.add(faultOf(fault));
  return engine;
}

/// The actions that fire at one hit, in their order.
std::string fired(FaultEngine& engine, Point point, std::uint64_t offset = 0, const Hit& hit = {}) {
  std::string text;
  for (const Fired& one : engine.hit(point, hit, offset)) text += printAction(*one.action) + ' ';
  return text;
}

/// At which hits of after-read a fault fires, and the next number of its own stream at each.
std::vector<std::uint64_t> drawsOf(FaultEngine& engine, const ArmedFault& fault, int hits = 200) {
  std::vector<std::uint64_t> draws;
  for (int i = 0; i < hits; ++i) {
    for (const Fired& one : engine.hit(Point::kAfterRead, {{}, "request"})) {
      if (one.fault != &fault) continue;
      draws.push_back(static_cast<std::uint64_t>(i));
      draws.push_back(RandomStream(one.random).next());
    }
  }
  return draws;
}

TEST(FaultEngine, WhatFiresAtAPointComesInTheOrderGiven) {
  FaultEngine engine = engineWith({"idle = exit(1)", "after-read = exit(2)", "idle = exit(3)"});
  EXPECT_EQ(fired(engine, Point::kIdle), "exit(1) exit(3) ");
  EXPECT_EQ(fired(engine, Point::kAfterRead), "exit(2) ");
  EXPECT_EQ(fired(engine, Point::kOnTerm), "");
}

TEST(FaultEngine, AnActionThatFiresIsOfTheFaultThatItNames) {
  FaultEngine engine = engineWith({"idle = off", "idle = exit(3)"});
  const std::vector<Fired> all = engine.hit(Point::kIdle, {});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().fault, engine.faults()[1].get());
  EXPECT_EQ(all.front().fault->fired(), 1U);
}

TEST(FaultEngine, AMidReplyFaultIsHitAtItsOffsetAlone) {
  FaultEngine engine = engineWith({"mid-reply(5) = exit(1)", "mid-reply(9) = exit(2)"});
  EXPECT_EQ(fired(engine, Point::kMidReply, 4), "");
  EXPECT_EQ(fired(engine, Point::kMidReply, 5), "exit(1) ");
  EXPECT_EQ(fired(engine, Point::kMidReply, 9), "exit(2) ");
  EXPECT_EQ(engine.faults()[0]->hits(), 1U);
}

TEST(FaultEngine, NextOffsetIsTheNearestBeyondWhatWasWritten) {
  const FaultEngine engine = engineWith(
      {"mid-reply(9) = exit(2)", "mid-reply(5) = exit(1)", "mid-reply(7)(worker 9) = exit(1)"});
  EXPECT_EQ(engine.nextOffset(0), 5U);
  EXPECT_EQ(engine.nextOffset(4), 5U);
  EXPECT_EQ(engine.nextOffset(5), 9U);
  EXPECT_EQ(engine.nextOffset(9), std::nullopt);
  EXPECT_EQ(engineWith({"idle = exit(1)"}).nextOffset(0), std::nullopt);
}

TEST(FaultEngine, NextTimeIsTheEarliestOfItsPoint) {
  FaultEngine engine = engineWith({"idle = at(20s) exit(1)", "idle = between(10s, 30s) exit(2)",
                                   "on-term = at(5s) exit(3)", "idle = every(2) exit(4)"});
  EXPECT_EQ(engine.nextTime(Point::kIdle, seconds(0)), seconds(10));
  EXPECT_EQ(engine.nextTime(Point::kIdle, seconds(10)), seconds(20));
  EXPECT_EQ(engine.nextTime(Point::kAfterRead, seconds(0)), std::nullopt);
  EXPECT_EQ(fired(engine, Point::kIdle, 0, {seconds(20), ""}), "exit(1) exit(2) ");
  EXPECT_EQ(engine.nextTime(Point::kIdle, seconds(20)), std::nullopt);
}

TEST(FaultEngine, WatchesThePointsOfFaultsInScopeAndNoOthers) {
  const FaultEngine engine =
      engineWith({"idle = exit(1)", "on-term(worker 9) = exit(1)", "on-eof(worker 0) = off"});
  EXPECT_TRUE(engine.watches(Point::kIdle));
  EXPECT_TRUE(engine.watches(Point::kOnEof));
  EXPECT_FALSE(engine.watches(Point::kOnTerm));
  EXPECT_FALSE(engine.watches(Point::kStartup));
  EXPECT_FALSE(FaultEngine({}).watches(Point::kIdle));
}

TEST(FaultEngine, AResetForgetsWhatWasAddedAndArmsTheRestAnew) {
  FaultEngine engine = engineWith({"idle = 1* exit(1)", "on-term = exit(2)", "on-eof = exit(3)"});
  EXPECT_EQ(fired(engine, Point::kIdle), "exit(1) ");
  EXPECT_EQ(fired(engine, Point::kIdle), "");
  engine.reset(2);
  EXPECT_EQ(engine.faults().size(), 2U);
  EXPECT_EQ(engine.added(), 3U);
  EXPECT_FALSE(engine.watches(Point::kOnEof));
  EXPECT_TRUE(engine.watches(Point::kOnTerm));
  EXPECT_EQ(fired(engine, Point::kIdle), "exit(1) ");
}

TEST(FaultEngine, AFaultThatWasForgottenCanStillBeToldOf) {
  FaultEngine engine = engineWith({"idle = exit(1)"});
  const std::vector<Fired> underWay = engine.hit(Point::kIdle, {});
  engine.reset(0);
  ASSERT_EQ(underWay.size(), 1U);
  EXPECT_EQ(underWay.front().action->type->name, "exit");
  EXPECT_EQ(underWay.front().fault->spec().point, Point::kIdle);
}

TEST(FaultEngine, AResetOfMoreThanThereAreForgetsNothing) {
  FaultEngine engine = engineWith({"idle = exit(1)"});
  engine.reset(5);
  EXPECT_EQ(engine.faults().size(), 1U);
}

TEST(FaultEngine, TheSameSeedAndHitsGiveTheSameDecisions) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    RandomFaults faults(seed);
    FaultEngine first({seed, 2, 3});
    FaultEngine second({seed, 2, 3});
    for (int i = 0; i < 5; ++i) {
      const FaultSpec fault = faults.fault();
      first.add(fault);
      second.add(fault);
    }
    for (std::uint64_t hit = 0; hit < 100; ++hit) {
      const auto point = static_cast<Point>(hit % kPoints);
      const Hit about{seconds(hit), "request"};
      ASSERT_EQ(fired(first, point, 0, about), fired(second, point, 0, about));
    }
  }
}

TEST(FaultEngine, AnotherSeedWorkerOrIncarnationDrawsOtherNumbers) {
  const auto draws = [](const Identity& identity) {
    FaultEngine engine = engineWith({"after-read = 30% exit(1)"}, identity);
    return drawsOf(engine, *engine.faults().front());
  };
  const std::vector<std::uint64_t> drawn = draws({1, 2, 3});
  EXPECT_EQ(draws({1, 2, 3}), drawn);
  EXPECT_NE(draws({2, 2, 3}), drawn);
  EXPECT_NE(draws({1, 3, 3}), drawn);
  EXPECT_NE(draws({1, 2, 4}), drawn);
  EXPECT_NE(draws({1, 3, 2}), drawn);
}

TEST(FaultEngine, AddingAFaultNeverShiftsTheDrawsOfAnother) {
  constexpr std::string_view kFault = "after-read = 30% sleep(exp(5ms))";
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const Identity identity{seed, 0, 1};
    FaultEngine alone(identity);
    const ArmedFault& fault = alone.add(faultOf(kFault));
    const std::vector<std::uint64_t> drawn = drawsOf(alone, fault);

    FaultEngine accompanied(identity);
    RandomFaults faults(seed);
    accompanied.add(faults.fault());
    accompanied.add(faultOf("after-read = 50% sleep(exp(5ms))"));
    const ArmedFault& same = accompanied.add(faultOf(kFault));
    accompanied.add(faults.fault());
    ASSERT_EQ(drawsOf(accompanied, same), drawn);
  }
}

TEST(FaultEngine, TwoEqualFaultsDrawApart) {
  const auto draws = [](std::size_t which) {
    FaultEngine engine = engineWith({"after-read = 30% exit(1)", "after-read = 30% exit(1)"});
    return drawsOf(engine, *engine.faults().at(which));
  };
  EXPECT_NE(draws(0), draws(1));
}

TEST(FaultEngine, AFaultAddedAgainAfterAResetDrawsAsItDidTheFirstTime) {
  FaultEngine engine({1, 0, 1});
  const std::vector<std::uint64_t> drawn =
      drawsOf(engine, engine.add(faultOf("after-read = 30% exit(1)")));
  engine.reset(0);
  EXPECT_EQ(drawsOf(engine, engine.add(faultOf("after-read = 30% exit(1)"))), drawn);
}

}  // namespace
}  // namespace iotcpd::fake
