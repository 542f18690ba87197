#include "redirector/edge/query_ledger.h"

#include <gtest/gtest.h>

#include "tests/unit/support/manual_clock.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;

/// An owner to whom nothing happens.
class Owner final : public QueryOwner {
 public:
  void onReply(Query&, std::string_view, TimePoint) override {}
  void onFailure(Query&, Cause, TimePoint) override {}
};

class QueryLedgerTest : public testing::Test {
 protected:
  Query& complete(std::string_view request) {
    Query& query = ledger.open(owner);
    QueryLedger::complete(query, request, clock.now());
    return query;
  }

  ManualClock clock;
  Counters counters;
  TraceWriter trace;
  Owner owner;
  QueryLedger ledger{counters, trace};
};

TEST_F(QueryLedgerTest, AQueryIsInFlightFromItsFirstByteToItsOutcome) {
  Query& query = ledger.open(owner);
  EXPECT_EQ(counters.total(), 1U);
  EXPECT_EQ(counters.inFlight(), 1U);
  EXPECT_EQ(query.owner, &owner);
  ledger.complete(query, "one\n", clock.now());
  EXPECT_EQ(query.request, "one\n");
  clock.advance(milliseconds(120));
  ledger.decide(query, Cause::kNone, clock.now());
  EXPECT_EQ(counters.inFlight(), 0U);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 1U);
  EXPECT_EQ(counters.buckets()[1], 1U) << "100 to 250 ms since its newline";
}

TEST_F(QueryLedgerTest, AReplyThatWaitsForItsTurnIsNoWorkOfItsDaemon) {
  Query& query = complete("one\n");
  query.trace.handedOutAt = clock.now();
  clock.advance(milliseconds(5));
  QueryLedger::answered(query, clock.now());
  clock.advance(milliseconds(400));
  ledger.decide(query, Cause::kNone, clock.now());
  EXPECT_LT(counters.serviceTimes().max(), 6'000'000U);
  EXPECT_EQ(counters.buckets()[2], 1U) << "the client has waited 405 ms";
}

TEST_F(QueryLedgerTest, AnOutcomeIsBookedByItsCause) {
  ledger.decide(complete("one\n"), Cause::kQueueFull, clock.now());
  ledger.decide(complete("two\n"), Cause::kNotTaken, clock.now());
  EXPECT_EQ(counters.cause(Cause::kQueueFull), 1U);
  EXPECT_EQ(counters.outcome(Outcome::kFailed), 1U);
  EXPECT_EQ(counters.outcome(Outcome::kUnknown), 1U);
  EXPECT_EQ(counters.inFlight(), 0U);
}

TEST_F(QueryLedgerTest, AClosedQueryIsUsedAgainWithNothingOfItsFirstLife) {
  Query& first = complete("one\n");
  first.since = clock.now();
  first.reply = "ONE\n";
  first.answered = true;
  first.handedOut = true;
  ledger.decide(first, Cause::kReset, clock.now());
  ledger.close(first);
  Query& second = ledger.open(owner);
  ASSERT_EQ(&second, &first);
  EXPECT_EQ(second.request, "");
  EXPECT_EQ(second.reply, "");
  EXPECT_EQ(second.after, nullptr);
  EXPECT_FALSE(second.answered || second.decided || second.handedOut);
  EXPECT_EQ(second.since, TimePoint{});
  EXPECT_EQ(second.trace.completeAt, TimePoint{});
}

TEST_F(QueryLedgerTest, OpenQueriesAreEachOnesOwn) {
  Query& first = complete("one\n");
  Query& second = complete("two\n");
  EXPECT_NE(&first, &second);
  EXPECT_EQ(first.request, "one\n");
}

TEST_F(QueryLedgerTest, TheMemoryOfALargeRequestGoesWithIt) {
  Query& query = complete(std::string(1'000'000, 'x') + "\n");
  query.reply.assign(1'000'000, 'x');
  ledger.decide(query, Cause::kDaemonDeath, clock.now());
  ledger.close(query);
  EXPECT_LE(query.request.capacity() + query.reply.capacity(), 8192U);
}

TEST_F(QueryLedgerTest, AReplyThatIsPassedOnIsNotHeldTwice) {
  Query& query = complete("one\n");
  query.reply.assign(1'000'000, 'x');
  QueryLedger::replyPassedOn(query);
  EXPECT_LE(query.reply.capacity(), 4096U);
}

TEST_F(QueryLedgerTest, OneThatIsTakenBackHasWaitedSinceItsNewline) {
  Query& query = complete("one\n");
  const TimePoint completeAt = clock.now();
  clock.advance(milliseconds(5));
  ledger.takenBack(query);
  EXPECT_EQ(query.since, completeAt);
  EXPECT_EQ(counters.delayed(), 1U);
  ledger.takenBack(query);
  EXPECT_EQ(counters.delayed(), 1U) << "once per query";
}

}  // namespace
}  // namespace iotcpd::redirector
