#include "tests/unit/redirector/edge/keep_alive_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::seconds;

TEST_F(KeepAliveSessionTest, RequestsOfOneWriteAreTakenAtOnceAndAnsweredInTheirOrder) {
  connect();
  sends("one\ntwo\nthree\n");
  EXPECT_EQ(asked(), (Asked{"one\n", "two\n", "three\n"}));
  answers(1, "TWO\n");
  passes();
  EXPECT_EQ(gets(), "") << "it is not its turn";
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nTWO\n");
  answers(0, "THREE\n");
  passes();
  EXPECT_EQ(gets(), "THREE\n");
  expectInFlight(0);
}

TEST_F(KeepAliveSessionTest, WhatAPassBringsIsSentAtItsEnd) {
  connect();
  sends("one\ntwo\n");
  answers(0, "ONE\n");
  answers(0, "TWO\n");
  EXPECT_EQ(gets(), "");
  passes(1);
  EXPECT_EQ(gets(), "ONE\nTWO\n");
}

TEST_F(KeepAliveSessionTest, AReplyIsDatedWhenTheKernelHasIt) {
  connect();
  sends("one\n");
  answers(0, "ONE\n");
  after(std::chrono::milliseconds(300));
  EXPECT_EQ(counters.buckets()[2], 1U) << "250 to 500 ms";
}

TEST_F(KeepAliveSessionTest, BeyondMaxPipelineRequestsWaitUntilAReplyIsTaken) {
  connect();
  sends("1\n2\n3\n4\n5\n6\n7");
  EXPECT_EQ(asked(), (Asked{"1\n", "2\n", "3\n", "4\n"}));
  expectInFlight(4);
  answers(3, "4\n");
  passes();
  EXPECT_EQ(asked().size(), 3U) << "its reply is not sent yet";
  answers(0, "1\n");
  passes();
  EXPECT_EQ(asked(), (Asked{"2\n", "3\n", "5\n"}));
  answers(0, "2\n");
  answers(0, "3\n");
  passes();
  EXPECT_EQ(gets(), "1\n2\n3\n4\n");
  EXPECT_EQ(asked(), (Asked{"5\n", "6\n"}));
  expectInFlight(3);  // The seventh has begun.
  sends("\n");
  EXPECT_EQ(asked().back(), "7\n");
}

TEST_F(KeepAliveSessionTest, ALargerMaxPipelineHoldsAtOnceForWhatWaitsAlready) {
  settings.maxPipeline = 1;
  connect();
  sends("1\n2\n3\n");
  ASSERT_EQ(asked(), Asked{"1\n"});
  settings.maxPipeline = 2;
  session->onSettings(clock.now());
  EXPECT_EQ(asked(), (Asked{"1\n", "2\n"}));
}

TEST_F(KeepAliveSessionTest, ARefusedRequestIsAnsweredInItsTurnAndMakesRoom) {
  connect();
  sends("one\n");
  full = true;
  sends("2\n3\n4\n5\n6\n");
  EXPECT_EQ(gets(), "");
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nERR\nERR\nERR\nERR\nERR\n");
  EXPECT_EQ(counters.cause(Cause::kQueueFull), 5U);
  expectInFlight(0);
}

TEST_F(KeepAliveSessionTest, AFailureIsBookedWhenItHappensAndSentInItsTurn) {
  connect();
  sends("one\ntwo\n");
  fails(1, Cause::kBusyTimeout);
  EXPECT_EQ(counters.outcome(Outcome::kTimeout), 1U);
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nERR\n");
}

TEST_F(KeepAliveSessionTest, WhatCannotBeFramedGetsTheLastReply) {
  settings.maxRequestBytes = 8;
  connect();
  sends("one\n12345678\nthree\n");
  EXPECT_EQ(asked(), Asked{"one\n"});
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nERR\n");
  EXPECT_EQ(gets(), "EOF");
  EXPECT_FALSE(ended) << "it discards for a while what still comes";
  after(seconds(1));
  EXPECT_TRUE(ended);
}

TEST_F(KeepAliveSessionTest, AfterTheClientsEofItEndsWithTheLastReply) {
  connect();
  sends("one\npart");
  ::shutdown(client.get(), SHUT_WR);
  passes();
  EXPECT_EQ(counters.cause(Cause::kEof), 1U);
  EXPECT_FALSE(ended);
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nERR\n");
  EXPECT_TRUE(ended);
}

TEST_F(KeepAliveSessionTest, WhenTheClientHasLeftNothingIsWaitedFor) {
  connect();
  sends("1\n2\n3\n4\n5\n");
  answers(1, "2\n");
  client.reset();
  passes();
  EXPECT_EQ(asked(), Asked{});
  EXPECT_EQ(counters.cause(Cause::kReset), 4U);
  expectInFlight(0);
  EXPECT_TRUE(ended);
}

TEST_F(KeepAliveSessionTest, RoomForAnotherRequestIsNotMadeByAReplyThatTheKernelDoesNotTake) {
  const std::string large = std::string(500'000, 'x') + "\n";
  connect();
  sends("1\n2\n3\n4\n5\n");
  answers(0, large);
  passes();
  EXPECT_EQ(asked(), (Asked{"2\n", "3\n", "4\n"}));
  std::string received;
  while (received.size() < large.size()) {
    received += gets();
    passes();
  }
  EXPECT_EQ(received, large);
  EXPECT_EQ(asked(), (Asked{"2\n", "3\n", "4\n", "5\n"}));
}

}  // namespace
}  // namespace iotcpd::redirector
