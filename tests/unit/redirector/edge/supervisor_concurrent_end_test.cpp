// The end of daemons that have several requests: none of these may be lost with it.
#include <signal.h>

#include "tests/unit/redirector/edge/concurrent_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(ConcurrentTest, AfterABusyTimeoutTheOthersMayStillBeAnswered) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n", "c\n"});
  after(seconds(10));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to a"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kTimeout), 1U);
  EXPECT_FALSE(launcher.wasSent(101, SIGTERM));
  EXPECT_EQ(pool->stoppingCount(), 1U);
  says(101, "1 B\n");
  EXPECT_EQ(heard(), Said{"reply B to b"});
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AfterABusyTimeoutADaemonIsGivenNothingNew) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n"});
  after(seconds(10));
  EXPECT_EQ(ask("c\n"), 102) << "its successor was started at once";
  passes();
  EXPECT_EQ(launcher.reads(101), "0 a\n1 b\n");
  EXPECT_EQ(launcher.reads(102), "0 c\n");
}

TEST_F(ConcurrentTest, EachRequestHasItsOwnBusyTimeoutAndTheDaemonIsStoppedAfterTheLast) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n"});
  after(seconds(10));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to a"});
  after(seconds(5) - milliseconds(1));
  EXPECT_EQ(heard(), Said{});
  EXPECT_FALSE(stops(101));
  after(milliseconds(1));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to b"});
  EXPECT_TRUE(stops(101));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kTimeout), 1U) << "one daemon, condemned once";
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ALateReplyIsDroppedAndDoesNotEndTheDaemonBeforeTheOthers) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n"});
  after(seconds(10));
  heard();
  says(101, "0 A\n");
  EXPECT_EQ(heard(), Said{});
  EXPECT_FALSE(stops(101));
  says(101, "1 B\n");
  EXPECT_EQ(heard(), Said{"reply B to b"});
  EXPECT_TRUE(stops(101));
}

TEST_F(ConcurrentTest, TheWholeOfOnePassTimesOutTogether) {
  start();
  asks({"a\n", "b\n"});
  after(seconds(15));
  EXPECT_EQ(heard(), (Said{"lost busy-timeout to a", "lost busy-timeout to b"}));
  EXPECT_TRUE(stops(101));
}

TEST_F(ConcurrentTest, AReplyThatIsReadableAtTheDeadlineIsInTime) {
  start();
  asks({"a\n", "b\n"});
  clock.advance(seconds(15));
  launcher.says(101, "1 B\n");  // No pass yet: the deadline's timer looks first.
  passes();
  EXPECT_EQ(heard(), (Said{"reply B to b", "lost busy-timeout to a"}));
}

TEST_F(ConcurrentTest, ARequestGatheredInThePassOfATimeoutGoesToAnother) {
  settings.busyTimeout = seconds(1);
  start();
  asks({"a\n"});
  ask("b\n");
  clock.advance(seconds(1));
  runTimers();
  EXPECT_EQ(heard(), (Said{"unread to b", "lost busy-timeout to a"}));
  EXPECT_TRUE(stops(101)) << "it has nothing any more";
}

TEST_F(ConcurrentTest, AShorterBusyTimeoutHoldsForRequestsFromThenOn) {
  start();
  asks({"a\n"});
  settings.busyTimeout = seconds(1);
  settings.alarmInterval = seconds(60);
  refresh();
  asks({"b\n"});
  after(seconds(1));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to b"});
  after(seconds(14));
  EXPECT_EQ(heard(), Said{"lost busy-timeout to a"});
}

TEST_F(ConcurrentTest, AWrongLineWhileFinishingLosesTheRest) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n"});
  after(seconds(10));
  heard();
  says(101, "9 X\n");
  EXPECT_EQ(heard(), Said{"lost daemon-death to b"});
  EXPECT_TRUE(stops(101));
  EXPECT_EQ(condemned(), 1U) << "it was condemned before";
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADeathLosesWhatItHasReadOrNot) {
  start();
  asks({"a\n", "b\n"});
  launcher.says(101, "0 A\n");
  dies(101, 7);
  EXPECT_EQ(heard(), (Said{"reply A to a", "lost daemon-death to b"}));
  EXPECT_EQ(counters.deaths(), 1U);
  EXPECT_EQ(ask("c\n"), 102);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADeathGivesBackWhatIsOnlyGathered) {
  start();
  asks({"a\n"});
  ask("b\n");
  launcher.exits(101, 7);
  pool->onChildExited(clock.now());
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "unread to b"}));
}

/// More than two of them are too much for a pipe.
std::string large(const std::string& name) { return name + std::string(30'000, '.'); }

TEST_F(ConcurrentTest, ADeathGivesBackWhatWasNotWrittenYet) {
  start();
  asks({large("a") + "\n", large("b") + "\n", large("c") + "\n", large("d") + "\n"});
  launcher.exits(101, 7);
  pool->onChildExited(clock.now());
  EXPECT_EQ(heard(),
            (Said{"lost daemon-death to " + large("a"), "lost daemon-death to " + large("b"),
                  "lost daemon-death to " + large("c"), "unread to " + large("d")}))
      << "part of c is in the pipe";
}

TEST_F(ConcurrentTest, WhoIsCondemnedGivesBackWhatWasNotWrittenYet) {
  start();
  asks({large("a") + "\n", large("b") + "\n", large("c") + "\n", "d\n"});
  says(101, "9 X\n");
  EXPECT_EQ(heard(),
            (Said{"lost daemon-death to " + large("a"), "lost daemon-death to " + large("b"),
                  "lost daemon-death to " + large("c"), "unread to d"}));
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, WhatWasNotWrittenGoesToAnotherThoughItHasBeenAnswered) {
  start();
  asks({large("a") + "\n", large("b") + "\n", large("c") + "\n", large("d") + "\n"});
  says(101, "3 D\n");
  dies(101, 7);
  EXPECT_EQ(heard(),
            (Said{"lost daemon-death to " + large("a"), "lost daemon-death to " + large("b"),
                  "lost daemon-death to " + large("c"), "unread to " + large("d")}));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), 1U);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADeathWhileFinishingIsCountedOnceAsWhatCameFirst) {
  start();
  asks({"a\n"});
  after(seconds(5));
  asks({"b\n"});
  after(seconds(10));
  heard();
  dies(101, 7);
  EXPECT_EQ(heard(), Said{"lost daemon-death to b"});
  EXPECT_EQ(counters.deaths(), 0U);
  EXPECT_EQ(condemned(), 1U);
  EXPECT_EQ(pool->stoppingCount(), 0U);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADaemonThatHasClosedItsStdinIsNotGivenAnything) {
  start();
  asks({"a\n"});
  ASSERT_EQ(launcher.reads(101), "0 a\n");
  launcher.daemons.at(101).stdinReader.reset();
  ask("b\n");
  writes();
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "unread to b"}));
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADaemonThatHasReadAllMayCloseItsStdinAndAnswer) {
  start();
  asks({"a\n", "b\n"});
  ASSERT_EQ(launcher.reads(101), "0 a\n1 b\n");
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  says(101, "1 B\n0 A\n");
  EXPECT_EQ(heard(), (Said{"reply B to b", "reply A to a"}));
}

TEST_F(ConcurrentTest, AStdoutThatIsClosedLosesAllAtOnce) {
  start();
  asks({"a\n", "b\n"});
  launcher.daemons.at(101).stdoutWriter.reset();
  passes();
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "lost daemon-death to b"}));
  EXPECT_EQ(ask("c\n"), 102);
}

TEST_F(ConcurrentTest, AWornOutDaemonFinishesWhatItHasBesideItsSuccessor) {
  settings.recycleAfter = 2;
  start();
  asks({"a\n", "b\n", "c\n"});
  says(101, "0 A\n1 B\n");
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_FALSE(stops(101));
  EXPECT_EQ(ask("d\n"), 102);
  says(101, "2 C\n");
  EXPECT_EQ(heard(), (Said{"reply A to a", "reply B to b", "reply C to c"}));
  EXPECT_TRUE(stops(101));
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AWornOutDaemonWithNothingButGatheredRequestsIsStopped) {
  settings.recycleAfter = 1;
  start();
  asks({"a\n"});
  ask("b\n");
  launcher.says(101, "0 A\n");
  poll();
  EXPECT_EQ(heard(), (Said{"reply A to a", "unread to b"}));
  EXPECT_TRUE(stops(101));
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, AnAgedDaemonFinishesWhatItHas) {
  settings.recycleAge = seconds(10);
  start();
  after(seconds(5));
  asks({"a\n", "b\n"});
  after(seconds(6));
  says(101, "0 A\n");
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_FALSE(stops(101));
  says(101, "1 B\n");
  EXPECT_TRUE(stops(101));
}

TEST_F(ConcurrentTest, AShrunkenPoolLetsADaemonFinishWhatItHas) {
  settings.numDaemons = 2;
  start();
  asks({"a\n"});
  asks({"x\n"});
  asks({"b\n", "c\n"});
  settings.numDaemons = 1;
  refresh();
  says(102, "0 A\n");
  EXPECT_EQ(pool->pool().size(), 1U);
  EXPECT_FALSE(stops(102));
  says(102, "1 C\n");
  EXPECT_TRUE(stops(102));
  EXPECT_EQ(heard(), (Said{"reply A to a", "reply C to c"}));
  EXPECT_EQ(counters.retired(), 1U);
}

}  // namespace
}  // namespace iotcpd::redirector
