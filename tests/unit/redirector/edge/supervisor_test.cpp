#include "redirector/edge/supervisor.h"

#include <signal.h>

#include "tests/unit/redirector/edge/supervisor_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(SupervisorTest, EverySlotIsStartedAndTheFirstIsAnnouncedOnce) {
  settings.numDaemons = 20;
  start();
  EXPECT_EQ(count(DaemonState::kAvailable), 20U);
  EXPECT_EQ(counters.spawns(), 20U);
  EXPECT_EQ(announcements, 1);
  EXPECT_EQ(launcher.daemons.at(120).worker, 19U);
  EXPECT_EQ(launcher.daemons.at(120).incarnation, 1U);
}

TEST_F(SupervisorTest, AProgramThatCannotBeExecutedIsReportedByItsErrno) {
  launcher.error = ENOENT;
  create();
  EXPECT_EQ(pool->start(clock.now()), ENOENT);
}

TEST_F(SupervisorTest, AReplyReachesTheListenerAndTheDaemonServesAgain) {
  start();
  EXPECT_EQ(ask("one\n"), 101);
  EXPECT_EQ(launcher.reads(101), "one\n");
  EXPECT_EQ(ask("two\n"), 0);
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(ask("two\n"), 101);
}

TEST_F(SupervisorTest, ADribbledReplyIsPutTogether) {
  start();
  ask("one\n");
  says(101, "O");
  says(101, "N");
  EXPECT_EQ(heard(), Said{});
  says(101, "E\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
}

TEST_F(SupervisorTest, OutputThatIsReadableAtHandOutNeverBecomesAReply) {
  settings.numDaemons = 2;
  start();
  launcher.says(102, "stray\n");  // No pass of the loop: only the check at hand-out can see it.
  EXPECT_EQ(ask("one\n"), 101);
  EXPECT_EQ(launcher.reads(102), "");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
}

TEST_F(SupervisorTest, ADaemonThatWritesWhileIdleIsReplaced) {
  start();
  says(101, "hello\n");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  EXPECT_EQ(ask("one\n"), 102);
}

TEST_F(SupervisorTest, ASecondLineInTheRepliesWriteCondemnsAfterTheReply) {
  start();
  ask("one\n");
  says(101, "ONE\nTWO\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  EXPECT_EQ(ask("two\n"), 102);
}

TEST_F(SupervisorTest, AReplyAfterTheTimeoutIsNeverHeard) {
  start();
  ask("one\n");
  after(seconds(15) - milliseconds(1));
  EXPECT_EQ(heard(), Said{});
  after(milliseconds(1));
  EXPECT_EQ(heard(), Said{"lost busy-timeout"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kTimeout), 1U);
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{});
}

TEST_F(SupervisorTest, ADaemonHasAllOfItsTimeEvenWhenTheHandOutWasHeldUp) {
  start();
  const TimePoint before = clock.now();
  clock.advance(seconds(14));  // Between the event, which bears the old time, and the send.
  ASSERT_NE(ask("one\n", before), 0);
  after(seconds(15) - milliseconds(1));
  EXPECT_EQ(heard(), Said{});
  after(milliseconds(1));
  EXPECT_EQ(heard(), Said{"lost busy-timeout"});
}

TEST_F(SupervisorTest, AReplyThatWaitsInThePipeAtTheDeadlineCounts) {
  start();
  ask("one\n");
  launcher.says(101, "ONE\n");
  after(seconds(16));  // The loop was held up: the timer is looked at before the pipe.
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kTimeout), 0U);
}

TEST_F(SupervisorTest, ServiceBeforeARecycleStartsTheBackOffAfresh) {
  settings.recycleAfter = 1;
  start();
  dies(101);
  ask("one\n");
  says(102, "ONE\n");
  dies(103);
  EXPECT_TRUE(launcher.alive(104)) << "the first death in a row is respawned at once";
}

TEST_F(SupervisorTest, AReplyBeyondTheLimitCondemns) {
  start();
  ask("one\n");
  says(101, std::string(1023, 'x') + "\n");
  EXPECT_EQ(heard().size(), 1U);
  ask("two\n");
  says(101, std::string(1024, 'x') + "\n");
  EXPECT_EQ(heard(), Said{"lost oversize-reply"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kOversizeReply), 1U);
}

TEST_F(SupervisorTest, ARestingDaemonIsNotHandedOutBeforeItsRestIsOver) {
  settings.settle = milliseconds(20);
  start();
  ask("one\n");
  says(101, "ONE\n");
  EXPECT_EQ(count(DaemonState::kBusy), 1U);
  after(milliseconds(19));
  EXPECT_EQ(ask("two\n"), 0);
  after(milliseconds(1));
  EXPECT_EQ(ask("two\n"), 101);
}

TEST_F(SupervisorTest, ARestBeginsWhenTheReplyHasBeenTakenHoweverLongThePassTookUntilThen) {
  settings.settle = milliseconds(20);
  start();
  ask("one\n");
  launcher.says(101, "ONE\n");
  const TimePoint before = clock.now();
  clock.advance(milliseconds(5));
  poll(before);
  after(milliseconds(19));
  EXPECT_EQ(ask("two\n"), 0);
  after(milliseconds(1));
  EXPECT_EQ(ask("two\n"), 101);
}

TEST_F(SupervisorTest, AByteDuringTheRestCondemns) {
  settings.settle = milliseconds(20);
  start();
  ask("one\n");
  says(101, "ONE\n");
  after(milliseconds(19));
  says(101, "x");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  after(milliseconds(1));
  EXPECT_EQ(ask("two\n"), 102);
}

TEST_F(SupervisorTest, ADeathWithTheRequestLosesItAndIsRespawnedAtOnce) {
  start();
  ask("one\n");
  launcher.reads(101);
  dies(101, 7);
  EXPECT_EQ(heard(), Said{"lost daemon-death"});
  EXPECT_EQ(counters.deaths(), 1U);
  EXPECT_EQ(ask("two\n"), 102);
  EXPECT_EQ(launcher.daemons.at(102).incarnation, 2U);
}

TEST_F(SupervisorTest, AReplyWrittenBeforeTheExitStillCounts) {
  start();
  ask("one\n");
  launcher.says(101, "ONE\n");
  dies(101);
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(counters.deaths(), 1U);
  EXPECT_EQ(counters.retired(), 0U);
}

TEST_F(SupervisorTest, HalfALineBeforeTheExitIsNoReply) {
  start();
  ask("one\n");
  launcher.reads(101);
  launcher.says(101, "ON");
  dies(101);
  EXPECT_EQ(heard(), Said{"lost daemon-death"});
}

TEST_F(SupervisorTest, ARequestThatADeadDaemonNeverReadMayGoToAnother) {
  start();
  ask("one\n");
  dies(101);
  EXPECT_EQ(heard(), Said{"unread"});
}

TEST_F(SupervisorTest, ARequestInAClosedDaemonsPipeWaitsForItsEndToBeSure) {
  start();
  ask("one\n");
  launcher.daemons.at(101).stdoutWriter.reset();
  passes();
  EXPECT_EQ(heard(), Said{}) << "it may live and read it yet";
  after(milliseconds(500));
  EXPECT_EQ(heard(), Said{"lost daemon-death"});
}

TEST_F(SupervisorTest, DeathsInARowWithoutServiceAreBackedOff) {
  start();
  dies(101);
  EXPECT_TRUE(launcher.alive(102)) << "the first is respawned at once";
  dies(102);
  EXPECT_FALSE(launcher.alive(103));
  EXPECT_EQ(count(DaemonState::kSpawning), 1U);
  after(settings.alarmInterval - milliseconds(1));
  EXPECT_FALSE(launcher.alive(103));
  after(settings.alarmInterval / 4 + milliseconds(2));
  EXPECT_TRUE(launcher.alive(103));
}

TEST_F(SupervisorTest, AnInspectionCutsTheBackOffShort) {
  start();
  dies(101);
  dies(102);
  pool->inspect(clock.now());
  passes();
  EXPECT_TRUE(launcher.alive(103));
}

TEST_F(SupervisorTest, AClosedStdoutIsGivenAMomentToTurnOutAsAnExit) {
  start();
  launcher.daemons.at(101).stdoutWriter.reset();
  passes();
  EXPECT_EQ(ask("one\n"), 102) << "replaced without waiting";
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kClosedStdout), 0U);
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kClosedStdout), 1U);
}

TEST_F(SupervisorTest, ABrokenStdinMeansTheNextDaemonGetsTheRequest) {
  settings.numDaemons = 2;
  start();
  launcher.daemons.at(102).stdinReader.reset();
  EXPECT_EQ(ask("one\n"), 101);
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
}

TEST_F(SupervisorTest, ARequestUnreadBehindAClosedStdinMayGoToAnotherAtOnce) {
  start();
  ask("one\n");
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(heard(), Said{"unread"});
  EXPECT_EQ(ask("two\n"), 102);
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
  EXPECT_EQ(heard(), Said{}) << "the request was not its own any more";
}

TEST_F(SupervisorTest, ALongRequestUnreadBehindAClosedStdinMayGoToAnotherAtOnce) {
  start();
  ask(std::string(300'000, 'r') + "\n");
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(heard(), Said{"unread"});
}

TEST_F(SupervisorTest, ARequestReadInPartBeforeStdinWasClosedIsLost) {
  start();
  ask(std::string(300'000, 'r') + "\n");
  launcher.reads(101);
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(heard(), Said{"lost daemon-death"});
}

TEST_F(SupervisorTest, ADaemonMayCloseItsStdinOnceItHasReadTheRequest) {
  start();
  ask("one\n");
  launcher.reads(101);
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(heard(), Said{});
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(ask("two\n"), 0) << "but it cannot be asked again";
  after(milliseconds(500));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kBrokenStdin), 1U);
}

TEST_F(SupervisorTest, AReplyToARequestLeftUnreadStillCountsWhenStdinIsClosed) {
  start();
  ask("one\n");
  launcher.says(101, "ONE\n");
  launcher.daemons.at(101).stdinReader.reset();
  passes();
  EXPECT_EQ(heard(), Said{"reply ONE"});
}

TEST_F(SupervisorTest, ARequestLargerThanThePipeIsWrittenAsTheDaemonReads) {
  start();
  const std::string request = std::string(300'000, 'r') + "\n";
  EXPECT_EQ(ask(request), 101);
  std::string received;
  for (int i = 0; i < 10; ++i) {
    received += launcher.reads(101);
    passes(1);
  }
  EXPECT_EQ(received, request);
}

TEST_F(SupervisorTest, AReplyBeforeTheRequestWasReadCondemns) {
  start();
  ask(std::string(300'000, 'r') + "\n");
  says(101, "EARLY\n");
  EXPECT_EQ(heard(), Said{"reply EARLY"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
}

TEST_F(SupervisorTest, TheStopSequenceEndsWithAKill) {
  start();
  says(101, "stray");
  EXPECT_FALSE(launcher.wasSent(101, SIGTERM));
  after(milliseconds(500));
  EXPECT_TRUE(launcher.wasSent(101, SIGTERM));
  after(seconds(2) - milliseconds(1));
  EXPECT_FALSE(launcher.wasSent(101, SIGKILL));
  after(milliseconds(1));
  EXPECT_TRUE(launcher.wasSent(101, SIGKILL));
  EXPECT_EQ(pool->stoppingCount(), 1U);
  dies(101);
  EXPECT_EQ(pool->stoppingCount(), 0U);
}

TEST_F(SupervisorTest, AWornDaemonIsReplacedWithoutBackOff) {
  settings.recycleAfter = 1;
  start();
  ask("one\n");
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(ask("two\n"), 102);
}

TEST_F(SupervisorTest, AnOldDaemonIsReplacedWhenItIsFree) {
  settings.recycleAge = seconds(100);
  settings.busyTimeout = seconds(1000);
  start();
  ask("one\n");
  after(seconds(74));
  after(seconds(26));
  EXPECT_TRUE(heard().empty());
  says(101, "ONE\n");
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(ask("two\n"), 102);
}

}  // namespace
}  // namespace iotcpd::redirector
