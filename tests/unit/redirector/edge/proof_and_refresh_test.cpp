// What a daemon has to show before it serves, and how a pool is replaced while it does.
#include "tests/unit/redirector/edge/supervisor_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ProbeTest : public SupervisorTest {
 protected:
  ProbeTest() {
    settings.probe = "ping\n";
    settings.probeExpect = "^PO[N]G$";
  }
};

TEST_F(ProbeTest, ADaemonServesOnceItHasAnsweredItsProbe) {
  start();
  EXPECT_EQ(launcher.reads(101), "ping\n");
  EXPECT_EQ(count(DaemonState::kStarting), 1U);
  EXPECT_EQ(ask("one\n"), 0);
  says(101, "PONG\r\n");
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(ProbeTest, AWrongAnswerCondemns) {
  start();
  says(101, "PINGPONG\n");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 1U);
  EXPECT_EQ(ask("one\n"), 0);
}

TEST_F(ProbeTest, AnAnswerWithMoreBehindItCondemns) {
  start();
  says(101, "PONG\nPONG\n");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 1U);
}

TEST_F(ProbeTest, NoAnswerWithinBusyTimeoutCondemns) {
  start();
  after(settings.busyTimeout - milliseconds(1));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 0U);
  after(milliseconds(1));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 1U);
}

TEST_F(ProbeTest, TheRestAfterTheProbesAnswerIsKeptToo) {
  settings.settle = milliseconds(20);
  start();
  says(101, "PONG\n");
  EXPECT_EQ(ask("one\n"), 0);
  after(milliseconds(20));
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(ProbeTest, ThatRestBeginsWhenTheAnswerHasBeenTakenHoweverLongThePassTookUntilThen) {
  settings.settle = milliseconds(20);
  start();
  launcher.says(101, "PONG\n");
  const TimePoint before = clock.now();
  clock.advance(milliseconds(5));
  poll(before);
  after(milliseconds(19));
  EXPECT_EQ(ask("one\n"), 0);
  after(milliseconds(1));
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(ProbeTest, AnsweringProbesIsNotServing) {
  start();
  says(101, "PONG\n");
  dies(101);
  says(102, "PONG\n");
  dies(102);
  EXPECT_EQ(count(DaemonState::kSpawning), 1U) << "the second death in a row is backed off";
}

TEST_F(ProbeTest, AProbeUnreadBehindAClosedStdinNeedNotBeWaitedFor) {
  start();
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(launcher.lastPid, 102);
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
}

class RefreshTest : public SupervisorTest {
 protected:
  void refresh() {
    SupervisorTest::refresh();
    passes();
  }
};

TEST_F(RefreshTest, TheIncumbentServesUntilItsSuccessorHasBeenSilentForAWhile) {
  start();
  refresh();
  EXPECT_TRUE(launcher.alive(102));
  after(settings.alarmInterval - milliseconds(1));
  EXPECT_EQ(ask("one\n"), 101);
  says(101, "ONE\n");
  after(milliseconds(1));
  EXPECT_EQ(ask("two\n"), 102);
  EXPECT_EQ(launcher.daemons.at(102).incarnation, 2U);
}

TEST_F(RefreshTest, SlotsAreRefreshedOneAtATime) {
  settings.numDaemons = 3;
  start();
  refresh();
  EXPECT_EQ(launcher.lastPid, 104);
  after(settings.alarmInterval);
  EXPECT_EQ(launcher.lastPid, 105);
  after(settings.alarmInterval);
  EXPECT_EQ(launcher.lastPid, 106);
  after(settings.alarmInterval);
  EXPECT_EQ(launcher.lastPid, 106);
  EXPECT_EQ(count(DaemonState::kAvailable), 3U);
  EXPECT_EQ(counters.retired(), 3U);
}

TEST_F(RefreshTest, ABusyIncumbentIsNotInterrupted) {
  start();
  ask("one\n");
  refresh();
  after(settings.alarmInterval);
  EXPECT_EQ(count(DaemonState::kBusy), 1U);
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(ask("two\n"), 102);
}

TEST_F(RefreshTest, AWaitingSuccessorTakesOverFromADeadIncumbent) {
  start();
  ask("one\n");
  launcher.reads(101);
  refresh();
  after(settings.alarmInterval);
  dies(101);
  EXPECT_EQ(heard(), Said{"lost daemon-death"});
  EXPECT_EQ(ask("two\n"), 102);
  EXPECT_EQ(launcher.lastPid, 102) << "no further process was started";
}

TEST_F(RefreshTest, ThreeFailedSuccessorsAbortItAndTheIncumbentStays) {
  start();
  settings.daemonWords = {"broken"};
  refresh();
  for (pid_t pid = 102; pid <= 104; ++pid) {
    ASSERT_TRUE(launcher.alive(pid));
    EXPECT_EQ(launcher.daemons.at(pid).words, std::vector<std::string>{"broken"});
    dies(pid, 1);
    after(settings.alarmInterval);
  }
  EXPECT_EQ(launcher.lastPid, 104);
  EXPECT_EQ(ask("one\n"), 101);
  dies(101);
  EXPECT_EQ(launcher.daemons.at(105).words, std::vector<std::string>{"daemon"})
      << "and its replacement runs the command that worked";
}

TEST_F(RefreshTest, ASuccessorThatSpeaksIsNotTaken) {
  start();
  refresh();
  says(102, "hello\n");
  after(settings.alarmInterval);
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(RefreshTest, AnAnswerThatWaitsInThePipeAtTheDeadlineProvesTheSuccessor) {
  start();
  settings.probe = "ping\n";
  refresh();
  launcher.says(102, "PONG\n");
  after(settings.busyTimeout);  // The loop was held up: the timer is looked at before the pipe.
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 0U);
  EXPECT_EQ(ask("one\n"), 102);
}

TEST_F(RefreshTest, ASuccessorThatClosesItsStdinBeforeItsProbeIsTriedAgain) {
  start();
  settings.probe = "ping\n";
  refresh();
  launcher.daemons.at(102).stdinReader.reset();
  passes();
  after(settings.alarmInterval);
  EXPECT_EQ(launcher.lastPid, 103);
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
  says(103, "PONG\n");
  EXPECT_EQ(ask("one\n"), 103);
}

TEST_F(RefreshTest, ASuccessorThatHasNotAnsweredAtItsDeadlineIsCondemned) {
  start();
  settings.probe = "ping\n";
  refresh();
  after(settings.busyTimeout - milliseconds(1));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 0U);
  after(milliseconds(1));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 1U);
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(RefreshTest, WordsThatWaitInThePipeAtTheDeadlineSpeakAgainstTheSuccessor) {
  start();
  refresh();
  launcher.says(102, "hello\n");
  after(settings.alarmInterval);
  EXPECT_EQ(ask("one\n"), 101);
}

TEST_F(RefreshTest, AProbeThatIsTakenAwayIsStillAnsweredBeforeClientsAreServed) {
  settings.probe = "ping\n";
  start();
  settings.probe = "";
  refresh();
  after(settings.busyTimeout - milliseconds(1));
  EXPECT_EQ(launcher.daemons.at(101).incarnation, 1U);
  says(101, "PONG\n");
  ask("one\n");
  says(101, "ONE\n");
  for (const std::string& line : heard()) EXPECT_NE(line, "reply PONG");
}

TEST_F(RefreshTest, AnAbortedRefreshTakesItsProbeBackToo) {
  start();
  settings.probe = "ping\n";
  settings.probeExpect = "never";
  refresh();
  for (pid_t pid = 102; pid <= 104; ++pid) {
    says(pid, "PONG\n");
    after(settings.alarmInterval);
  }
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kProbe), 3U);
  dies(101);
  EXPECT_EQ(launcher.reads(105), "");
  EXPECT_EQ(ask("one\n"), 105);
}

TEST_F(RefreshTest, OnlyACommandThatWasTriedBecomesTheProvenOne) {
  start();
  settings.daemonWords = {"good"};
  refresh();
  settings.daemonWords = {"broken"};
  refresh();
  after(settings.alarmInterval);  // The successor with "good" takes over; the next round begins.
  for (pid_t pid = 103; pid <= 105; ++pid) {
    EXPECT_EQ(launcher.daemons.at(pid).words, std::vector<std::string>{"broken"});
    dies(pid, 1);
    after(settings.alarmInterval);
  }
  dies(102);
  EXPECT_EQ(launcher.daemons.at(106).words, std::vector<std::string>{"good"});
}

TEST_F(RefreshTest, AWaitingSuccessorOfADroppedSlotIsDismissed) {
  settings.numDaemons = 2;
  start();
  EXPECT_EQ(ask("one\n"), 102);
  refresh();
  after(settings.alarmInterval);  // Slot 0 is done.
  after(settings.alarmInterval);  // Slot 1's successor stands by.
  settings.numDaemons = 1;
  refresh();
  says(102, "ONE\n");
  EXPECT_EQ(pool->pool().size(), 1U);
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
}

TEST_F(RefreshTest, RequestsCoalesceIntoOneMoreRound) {
  start();
  refresh();
  refresh();
  refresh();
  after(settings.alarmInterval);
  after(settings.alarmInterval);
  after(settings.alarmInterval);
  EXPECT_EQ(launcher.lastPid, 103) << "two rounds over one slot";
}

TEST_F(RefreshTest, ThePoolGrowsAndShrinks) {
  start();
  settings.numDaemons = 4;
  refresh();
  EXPECT_EQ(count(DaemonState::kAvailable), 4U);
  after(settings.alarmInterval);
  settings.numDaemons = 2;
  refresh();
  EXPECT_EQ(pool->pool().size(), 2U);
}

TEST_F(RefreshTest, SlotsThatWereEmptiedBesideABusyOneAreFilledWhenThePoolGrowsAgain) {
  settings.numDaemons = 4;
  start();
  EXPECT_EQ(ask("one\n"), 104);
  settings.numDaemons = 1;
  refresh();
  EXPECT_EQ(pool->pool().size(), 4U) << "the last one answers first";
  settings.numDaemons = 3;
  refresh();
  EXPECT_EQ(count(DaemonState::kSpawning), 0U);
  EXPECT_EQ(count(DaemonState::kAvailable), 3U);
}

TEST_F(RefreshTest, AnEmptySlotKeepsItsDelayWhenThePoolGrows) {
  start();
  dies(101);
  dies(102);
  settings.numDaemons = 2;
  refresh();
  EXPECT_EQ(count(DaemonState::kSpawning), 1U);
}

TEST_F(RefreshTest, ABusyDaemonBeyondTheNewSizeAnswersFirst) {
  settings.numDaemons = 2;
  start();
  EXPECT_EQ(ask("one\n"), 102);
  settings.numDaemons = 1;
  refresh();
  EXPECT_EQ(pool->pool().size(), 2U);
  says(102, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(pool->pool().size(), 1U);
}

}  // namespace
}  // namespace iotcpd::redirector
