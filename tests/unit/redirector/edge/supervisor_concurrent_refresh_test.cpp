// Daemons that are given several requests at a time: their proof, their refresh, and the end of the
// pool.
#include <signal.h>

#include "tests/unit/redirector/edge/concurrent_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::seconds;

TEST_F(ConcurrentTest, ASuccessorTakesOverUnderLoadAndTheIncumbentFinishes) {
  start();
  asks({"a\n", "b\n"});
  refresh();
  passes();
  says(101, "0 A\n");
  after(seconds(2));
  EXPECT_EQ(ask("c\n"), 102) << "it does not wait until the incumbent has nothing to do";
  EXPECT_FALSE(stops(101));
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_EQ(pool->stoppingCount(), 1U);
  says(101, "1 B\n");
  EXPECT_EQ(heard(), (Said{"reply A to a", "reply B to b"}));
  EXPECT_TRUE(stops(101));
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ASuccessorTakesOverFromABusyIncumbentOfOneRequestAtATime) {
  settings.concurrency = 1;
  start();
  asks({"a\n"});
  refresh();
  passes();
  after(seconds(2));
  EXPECT_EQ(ask("b\n"), 102) << "an ID tells its replies from those of the incumbent";
  says(101, "0 A\n");
  EXPECT_EQ(heard(), Said{"reply A to a"});
  EXPECT_TRUE(stops(101));
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ASuccessorTakesOverFromAnIdleIncumbentWhichIsStopped) {
  start();
  refresh();
  passes();
  after(seconds(2));
  EXPECT_TRUE(stops(101));
  EXPECT_EQ(ask("a\n"), 102);
}

TEST_F(ConcurrentTest, WhatWasGatheredForTheIncumbentIsServedByItsSuccessor) {
  start();
  refresh();
  passes();
  EXPECT_EQ(ask("a\n"), 101);
  clock.advance(seconds(2));
  again = true;  // as the queue does
  runTimers();
  EXPECT_EQ(heard(), Said{"unread to a"});
  EXPECT_TRUE(stops(101)) << "it has nothing to finish";
  passes();
  EXPECT_EQ(launcher.reads(102), "0 a\n");
  says(102, "0 A\n");
  EXPECT_EQ(heard(), Said{"reply A to a"});
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AFinishingIncumbentHasItsBusyTimeoutAndIsNotCondemnedForIt) {
  start();
  asks({"a\n"});
  refresh();
  passes();
  after(seconds(2));
  after(seconds(13));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to a"});
  EXPECT_EQ(condemned(), 0U) << "it was retired already";
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_TRUE(stops(101));
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ARefreshMayChangeHowManyADaemonIsGiven) {
  start();
  asks({"a\n"});
  settings.concurrency = 2;
  refresh();
  passes();
  after(seconds(2));
  EXPECT_EQ(ask("b\n"), 102);
  EXPECT_EQ(ask("c\n"), 102);
  EXPECT_EQ(ask("d\n"), 0);
  says(101, "0 A\n");
  EXPECT_EQ(heard(), Said{"reply A to a"});
}

TEST_F(ConcurrentTest, ARefreshMayEndConcurrencyAndBeginIt) {
  start();
  settings.concurrency = 0;
  refresh();
  passes();
  after(seconds(2));
  EXPECT_EQ(ask("a\n"), 102);
  EXPECT_EQ(ask("b\n"), 0);
  EXPECT_EQ(launcher.reads(102), "a\n");
  says(102, "A\n");
  settings.concurrency = 4;
  refresh();
  passes();
  after(seconds(2));
  asks({"b\n", "c\n"});
  EXPECT_EQ(launcher.reads(103), "0 b\n1 c\n");
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AProbeHasAnIdAndItsAnswerMayComeInPieces) {
  settings.probe = "ping\n";
  settings.probeExpect = "^pong$";
  start();
  EXPECT_EQ(launcher.reads(101), "0 ping\n");
  EXPECT_EQ(count(DaemonState::kStarting), 1U);
  says(101, "0");
  says(101, " po");
  EXPECT_EQ(count(DaemonState::kStarting), 1U);
  says(101, "ng\n");
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
  asks({"a\n"});
  EXPECT_EQ(launcher.reads(101), "1 a\n") << "IDs count on";
  says(101, "1 A\n");
  EXPECT_EQ(heard(), Said{"reply A to a"});
}

TEST_F(ConcurrentTest, AProbeAnsweredWithoutItsIdIsNot) {
  settings.probe = "ping\n";
  for (const char* const line : {"pong\n", "1 pong\n"}) {
    SCOPED_TRACE(line);
    create();
    ASSERT_EQ(pool->start(clock.now()), 0);
    says(launcher.lastPid, line);
    EXPECT_EQ(count(DaemonState::kAvailable), 0U);
  }
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 2U);
}

TEST_F(ConcurrentTest, ADaemonThatSaysMoreThanTheAnswerToItsProbeIsNotProven) {
  settings.probe = "ping\n";
  for (const char* const answer : {"0 pong\n1", "0 pong\n0 pong\n"}) {
    SCOPED_TRACE(answer);
    create();
    ASSERT_EQ(pool->start(clock.now()), 0);
    says(launcher.lastPid, answer);
    EXPECT_EQ(count(DaemonState::kAvailable), 0U);
  }
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 2U);
}

TEST_F(ConcurrentTest, ASuccessorThatAnswersItsProbeTwiceDoesNotTakeOver) {
  settings.probe = "ping\n";
  start();
  says(101, "0 pong\n");
  refresh();
  passes();
  says(102, "0 pong\n0 pong\n");
  EXPECT_TRUE(stops(102));
  EXPECT_EQ(ask("a\n"), 101);
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 1U);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AtTheEndOfThePoolFinishingDaemonsAreStoppedWithTheOthers) {
  settings.recycleAfter = 1;
  start();
  asks({"a\n", "b\n"});
  says(101, "0 A\n");
  leaves("b\n");
  ASSERT_FALSE(stops(101));
  bool stopped = false;
  pool->stop(clock.now(), [&] { stopped = true; });
  EXPECT_TRUE(stops(101));
  dies(101);
  dies(102);
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AtTheEndOfThePoolABusyDaemonIsStoppedAsWell) {
  start();
  asks({"a\n"});
  leaves("a\n");
  pool->stop(clock.now(), [] {});
  EXPECT_TRUE(stops(101));
}

}  // namespace
}  // namespace iotcpd::redirector
