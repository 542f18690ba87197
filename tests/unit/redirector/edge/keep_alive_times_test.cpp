// How long a kept connection waits for its client, and what it does when the service ends.
#include "tests/unit/redirector/edge/keep_alive_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(KeepAliveSessionTest, AnIdleConnectionGetsItsEofAfterIdleTimeoutSinceItsLastReply) {
  connect();
  after(seconds(50));
  sends("one\n");
  after(seconds(50));
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\n");
  after(seconds(60) - milliseconds(1));
  EXPECT_EQ(gets(), "");
  after(milliseconds(1));
  EXPECT_EQ(gets(), "EOF");
  EXPECT_EQ(counters.byteless(), 0U);
}

TEST_F(KeepAliveSessionTest, ADifferentIdleTimeoutHoldsAtOnce) {
  connect();
  sends("one\n");
  answers(0, "ONE\n");
  passes();
  settings.idleTimeout = seconds(5);
  session->onSettings(clock.now());
  after(seconds(5) - milliseconds(1));
  EXPECT_EQ(gets(), "ONE\n");
  settings.idleTimeout = seconds(7);
  session->onSettings(clock.now());
  after(seconds(2));
  EXPECT_EQ(gets(), "");
  after(milliseconds(1));
  EXPECT_EQ(gets(), "EOF");
}

TEST_F(KeepAliveSessionTest, OneThatNeverSaidAByteIsCountedApart) {
  connect();
  after(seconds(60));
  EXPECT_EQ(gets(), "EOF");
  client.reset();
  passes();
  EXPECT_TRUE(ended);
  EXPECT_EQ(counters.byteless(), 1U);
  EXPECT_EQ(counters.total(), 0U);
}

TEST_F(KeepAliveSessionTest, ARequestHasClientTimeoutFromItsFirstByteWhateverCameBefore) {
  connect();
  sends("one\n");
  after(seconds(8));
  sends("tw");
  after(seconds(9));
  sends("o");
  EXPECT_EQ(counters.cause(Cause::kClientTimeout), 0U);
  after(seconds(1));
  EXPECT_EQ(counters.cause(Cause::kClientTimeout), 1U);
  answers(0, "ONE\n");
  passes();
  EXPECT_EQ(gets(), "ONE\nERR\n");
  EXPECT_EQ(gets(), "EOF");
}

TEST_F(KeepAliveSessionTest, TheNewlineThatComesInThePassOfTheDeadlineIsInTime) {
  connect();
  sends("on");
  clock.advance(seconds(10));
  sends("e\n");
  EXPECT_EQ(asked(), Asked{"one\n"});
}

TEST_F(KeepAliveSessionTest, RepliesThatAreNotTakenWithinClientTimeoutAreCutOff) {
  connect();
  sends("1\n2\n3\n");
  answers(0, std::string(1'000'000, 'x') + "\n");
  fails(0, Cause::kDaemonDeath);
  passes();
  after(seconds(9));
  EXPECT_FALSE(ended);
  after(seconds(1));
  EXPECT_TRUE(ended);
  EXPECT_EQ(asked(), Asked{}) << "the third is given up";
  EXPECT_EQ(counters.cause(Cause::kNotTaken), 2U);
  EXPECT_EQ(counters.cause(Cause::kDaemonDeath), 1U) << "that was decided before";
  expectInFlight(0);
}

TEST_F(KeepAliveSessionTest, EachReplyHasClientTimeoutToBeTaken) {
  const std::string large = std::string(400'000, 'x') + "\n";
  connect();
  sends("1\n2\n");
  answers(0, large);
  answers(0, large);
  passes();
  std::string received;
  for (std::size_t reply = 1; reply <= 2; ++reply) {
    after(seconds(9));
    while (received.size() < large.size() * reply) {
      received += gets();
      passes();
    }
  }
  EXPECT_EQ(received, large + large);
  EXPECT_FALSE(ended);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 2U);
}

TEST_F(KeepAliveSessionTest, TheDrainServesWhatHasArrivedAndNothingThatComesAfterIt) {
  settings.maxPipeline = 1;
  connect();
  sends("1\n2\n3\n");
  session->onDrain(clock.now());
  sends("4\n");
  for (const char* number : {"1\n", "2\n", "3\n"}) {
    ASSERT_EQ(asked(), Asked{number});
    answers(0, number);
    passes();
    EXPECT_EQ(gets(), number);
  }
  EXPECT_EQ(gets(), "EOF");
  EXPECT_EQ(counters.total(), 3U);
}

TEST_F(KeepAliveSessionTest, TheDrainTakesNothingMoreThoughThereIsRoom) {
  connect();
  sends("1\n");
  session->onDrain(clock.now());
  sends("2\n");
  EXPECT_EQ(asked(), Asked{"1\n"});
}

TEST_F(KeepAliveSessionTest, TheDrainReadsWhatTheKernelHolds) {
  connect();
  ASSERT_EQ(::write(client.get(), "1\n2\n3", 5), 5);
  session->onDrain(clock.now());
  sends("33\n4\n");
  EXPECT_EQ(asked(), (Asked{"1\n", "2\n", "333\n"})) << "a partial one may be completed";
}

TEST_F(KeepAliveSessionTest, TheDrainClosesAnIdleConnectionAtOnce) {
  connect();
  session->onDrain(clock.now());
  EXPECT_EQ(gets(), "EOF");
}

TEST_F(KeepAliveSessionTest, TheDrainTimeoutFailsEachInItsTurn) {
  connect();
  sends("1\n2\n3\npart");
  answers(1, "TWO\n");
  session->onDrain(clock.now());
  session->onDrainTimeout(clock.now());
  EXPECT_EQ(gets(), "ERR\nTWO\nERR\nERR\n");
  EXPECT_EQ(gets(), "EOF");
  EXPECT_EQ(counters.cause(Cause::kDrainTimeout), 3U);
  EXPECT_EQ(asked(), Asked{});
  expectInFlight(0);
}

TEST_F(KeepAliveSessionTest, TheDrainTimeoutCutsOffRepliesThatAreNotTaken) {
  connect();
  sends("1\n2\n");
  answers(0, std::string(1'000'000, 'x') + "\n");
  session->onDrainTimeout(clock.now());
  EXPECT_TRUE(ended);
  EXPECT_EQ(counters.cause(Cause::kNotTaken), 1U);
  EXPECT_EQ(counters.cause(Cause::kDrainTimeout), 1U);
}

}  // namespace
}  // namespace iotcpd::redirector
