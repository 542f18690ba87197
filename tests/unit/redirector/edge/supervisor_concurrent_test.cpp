// Daemons that are given several requests at a time. What becomes of those that fail is in
// supervisor_concurrent_end_test.cpp.
#include <signal.h>

#include "tests/unit/redirector/edge/concurrent_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(ConcurrentTest, RequestsOfOnePassAreWrittenTogetherWithTheirIds) {
  start();
  EXPECT_EQ(ask("a\n"), 101);
  EXPECT_EQ(ask("b\n"), 101);
  EXPECT_EQ(ask("c\n"), 101);
  EXPECT_EQ(launcher.reads(101), "") << "gathered until the end of the pass";
  passes(1);
  EXPECT_EQ(launcher.reads(101), "0 a\n1 b\n2 c\n");
}

TEST_F(ConcurrentTest, ADaemonHasAsManyAsConcurrencySays) {
  settings.concurrency = 3;
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("a\n"), 101);
  EXPECT_EQ(ask("b\n"), 0) << "gathered ones count";
  passes();
  EXPECT_EQ(ask("b\n"), 0);
  says(101, "1 A\n");
  EXPECT_EQ(ask("b\n"), 101);
  EXPECT_EQ(ask("b\n"), 0);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, SeveralRepliesOfOneReadInAnyOrderReachThoseWhoAsked) {
  start();
  asks({"a\n", "b\n", "c\n"});
  says(101, "2 C\n0 A\n1 B\n");
  EXPECT_EQ(heard(), (Said{"reply C to c", "reply A to a", "reply B to b"}));
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
  EXPECT_EQ(condemned(), 0U);
}

TEST_F(ConcurrentTest, ADaemonIsBusyUntilItHasAnsweredTheLast) {
  start();
  asks({"a\n", "b\n"});
  EXPECT_EQ(count(DaemonState::kBusy), 1U);
  says(101, "1 B\n");
  EXPECT_EQ(count(DaemonState::kBusy), 1U);
  says(101, "0 A\n");
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
}

TEST_F(ConcurrentTest, RequestsGoToTheDaemonWithTheFewest) {
  settings.numDaemons = 2;
  start();
  EXPECT_EQ(ask("a\n"), 102);
  EXPECT_EQ(ask("b\n"), 101);
  EXPECT_EQ(ask("c\n"), 101) << "equally busy, and the last one that was lent";
  EXPECT_EQ(ask("d\n"), 102);
  EXPECT_TRUE(lawHolds());
}

TEST_F(ConcurrentTest, ADribbledReplyIsPutTogether) {
  start();
  asks({"a\n", "b\n"});
  says(101, "1");
  says(101, " B");
  EXPECT_EQ(heard(), Said{});
  says(101, "\n0 A\n");
  EXPECT_EQ(heard(), (Said{"reply B to b", "reply A to a"}));
}

TEST_F(ConcurrentTest, AReplyMayBeEmpty) {
  start();
  asks({"a\n", "b\n"});
  says(101, "1\n0 \n");
  EXPECT_EQ(heard(), (Said{"reply  to b", "reply  to a"}));
}

TEST_F(ConcurrentTest, ALineBegunBeforeARequestMayEndAfterItForAnOlderOne) {
  start();
  asks({"a\n"});
  says(101, "0 ");
  asks({"b\n"});
  says(101, "A\n1 B\n");
  EXPECT_EQ(heard(), (Said{"reply A to a", "reply B to b"}));
}

TEST_F(ConcurrentTest, ALineBegunBeforeARequestIsNoReplyToIt) {
  start();
  asks({"a\n"});
  says(101, "1");
  asks({"b\n"});
  says(101, " B\n");
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "lost daemon-death to b"}));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), 1U);
}

TEST_F(ConcurrentTest, WhatIsReadableBeforeTheHandOutIsNoReplyToIt) {
  start();
  asks({"a\n"});
  launcher.says(101, "1 B\n");  // No pass of the loop: only the look before the write can see it.
  EXPECT_EQ(ask("b\n"), 101);
  writes();
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "unread to b"}));
  EXPECT_EQ(launcher.reads(101), "0 a\n") << "nothing more is given to it";
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), 1U);
}

TEST_F(ConcurrentTest, HalfALineThatIsReadableBeforeTheHandOutIsNoReplyToItEither) {
  start();
  asks({"a\n"});
  launcher.says(101, "1 ");
  EXPECT_EQ(ask("b\n"), 101);
  writes();
  says(101, "B\n");
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "lost daemon-death to b"}));
}

TEST_F(ConcurrentTest, OutputThatIsReadableAtHandOutToAnIdleDaemonCondemnsIt) {
  settings.numDaemons = 2;
  start();
  launcher.says(102, "0 A\n");
  EXPECT_EQ(ask("a\n"), 102);
  writes();
  EXPECT_EQ(heard(), Said{"unread to a"});
  EXPECT_EQ(launcher.reads(102), "");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
}

TEST_F(ConcurrentTest, OutputWhileNothingIsOutstandingCondemns) {
  start();
  asks({"a\n"});
  says(101, "0 A\n");
  says(101, "0");
  EXPECT_EQ(heard(), Said{"reply A to a"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  EXPECT_EQ(ask("b\n"), 102);
}

TEST_F(ConcurrentTest, BytesAfterTheLastReplyInItsReadCondemn) {
  start();
  asks({"a\n"});
  says(101, "0 A\nx");
  EXPECT_EQ(heard(), Said{"reply A to a"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
}

/// None of these lines names a request that is outstanding.
TEST_F(ConcurrentTest, ALineThatNamesNothingOutstandingCondemnsAndTheOthersAreLost) {
  start();
  std::uint64_t count = 0;
  for (const char* const line : {"2 X\n", "0 AGAIN\n", "A\n", "-1 A\n", "2147483648 A\n", "\n"}) {
    SCOPED_TRACE(line);
    const pid_t pid = ask("a\n");
    asks({"b\n"});
    says(pid, "0 A\n");
    EXPECT_EQ(heard(), Said{"reply A to a"});
    says(pid, line);
    EXPECT_EQ(heard(), Said{"lost daemon-death to b"});
    EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), ++count);
    EXPECT_TRUE(lawHolds());
  }
}

TEST_F(ConcurrentTest, NothingThatFollowsAWrongLineInItsReadIsHeard) {
  start();
  asks({"a\n", "b\n"});
  says(101, "7 X\n0 A\n1 B\n");
  EXPECT_EQ(heard(), (Said{"lost daemon-death to a", "lost daemon-death to b"}));
}

TEST_F(ConcurrentTest, AReplyMayHaveAsManyBytesAsMaxReplyWhateverItsId) {
  start();
  asks({"a\n", "b\n"});
  const std::string longest(settings.maxReplyBytes - 1, 'x');
  says(101, "0 " + longest + "\n");
  EXPECT_EQ(heard(), Said{"reply " + longest + " to a"});
  says(101, "1 " + longest + "x\n");
  EXPECT_EQ(heard(), Said{"lost oversize-reply to b"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kOversizeReply), 1U);
}

TEST_F(ConcurrentTest, AnOversizeReplyCostsTheOthersTheirDaemonAndIsNotTheirs) {
  start();
  asks({"a\n", "b\n", "c\n"});
  says(101, "1 " + std::string(settings.maxReplyBytes, 'x') + "\n");
  EXPECT_EQ(heard(),
            (Said{"lost oversize-reply to b", "lost daemon-death to a", "lost daemon-death to c"}));
}

TEST_F(ConcurrentTest, AnOversizeReplyIsTheOneItsLineBeginsWith) {
  start();
  asks({"a\n", "b\n", "c\n"});
  says(101, "1 x");
  says(101, std::string(settings.maxReplyBytes + 64, 'x'));
  EXPECT_EQ(heard(),
            (Said{"lost oversize-reply to b", "lost daemon-death to a", "lost daemon-death to c"}));
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kOversizeReply), 1U);
}

TEST_F(ConcurrentTest, AClientThatLeavesBeforeItsRequestIsWrittenFreesItsPlace) {
  settings.concurrency = 2;
  start();
  ask("a\n");
  ask("b\n");
  leaves("a\n");
  writes();
  EXPECT_EQ(launcher.reads(101), "0 b\n");
  EXPECT_EQ(ask("c\n"), 101);
  says(101, "0 B\n");
  EXPECT_EQ(heard(), Said{"reply B to b"});
}

TEST_F(ConcurrentTest, ADaemonOfWhichAllClientsHaveLeftBeforeTheWriteIsAvailable) {
  start();
  ask("a\n");
  leaves("a\n");
  writes();
  EXPECT_EQ(launcher.reads(101), "");
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
}

TEST_F(ConcurrentTest, APlaceFreedInThePassOfTheLastReplyIsFreed) {
  settings.concurrency = 2;
  start();
  asks({"a\n"});
  ask("b\n");
  leaves("b\n");
  launcher.says(101, "0 A\n");
  poll();
  EXPECT_EQ(heard(), Said{"reply A to a"});
  writes();
  EXPECT_EQ(count(DaemonState::kAvailable), 1U);
}

TEST_F(ConcurrentTest, TheReplyToAClientThatHasLeftIsReadAndDropped) {
  settings.concurrency = 1;
  start();
  asks({"a\n"});
  leaves("a\n");
  EXPECT_EQ(ask("b\n"), 0) << "its daemon still works for it";
  says(101, "0 A\n");
  EXPECT_EQ(heard(), Said{});
  EXPECT_EQ(ask("b\n"), 101);
  passes();
  says(101, "1 B\n");
  EXPECT_EQ(heard(), Said{"reply B to b"});
}

TEST_F(ConcurrentTest, WhatThePipeDoesNotTakeIsWrittenAsTheDaemonReads) {
  start();
  const std::string large(50'000, 'x');
  asks({large + "\n", large + "\n", "c\n"});
  EXPECT_EQ(launcher.reads(101), ("0 " + large + "\n1 " + large + "\n2 c\n").substr(0, 65536));
  passes();
  EXPECT_EQ(launcher.reads(101), ("0 " + large + "\n1 " + large + "\n2 c\n").substr(65536));
}

TEST_F(ConcurrentTest, RegistersTellHowManyAreOutstandingAndSinceWhen) {
  start();
  asks({"a\n"});
  after(seconds(2));
  asks({"b\n", "c\n"});
  after(seconds(1));
  DaemonRegister entry = pool->registers(clock.now()).front();
  EXPECT_EQ(entry.outstanding, 3U);
  EXPECT_DOUBLE_EQ(entry.busyMs, 3000);
  says(101, "0 A\n");
  entry = pool->registers(clock.now()).front();
  EXPECT_EQ(entry.outstanding, 2U);
  EXPECT_DOUBLE_EQ(entry.busyMs, 1000);
  EXPECT_EQ(entry.served, 1U);
}

TEST_F(ConcurrentTest, ARequestThatIsOnlyGatheredHasNotBeenWorkedOn) {
  start();
  ask("a\n");
  const DaemonRegister entry = pool->registers(clock.now() - milliseconds(5)).front();
  EXPECT_DOUBLE_EQ(entry.busyMs, 0);
}

}  // namespace
}  // namespace iotcpd::redirector
