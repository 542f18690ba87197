#include "redirector/policy/counters.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

void replyAfter(Counters& counters, Nanoseconds sinceComplete) {
  counters.queryBegan();
  counters.queryReplied(sinceComplete, sinceComplete);
}

std::size_t onlyBucketOf(Nanoseconds sinceComplete) {
  Counters counters;
  replyAfter(counters, sinceComplete);
  std::size_t bucket = 0;
  while (bucket < kBucketCount && counters.buckets()[bucket] == 0) {
    ++bucket;
  }
  return bucket;
}

void expectConservation(const Counters& counters, std::uint64_t inFlight) {
  ASSERT_EQ(counters.inFlight(), inFlight);
  ASSERT_EQ(counters.total(), counters.outcome(Outcome::kReplied) +
                                  counters.outcome(Outcome::kTimeout) +
                                  counters.outcome(Outcome::kFailed) +
                                  counters.outcome(Outcome::kUnknown) + inFlight);
  const auto& buckets = counters.buckets();
  ASSERT_EQ(std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0}),
            counters.outcome(Outcome::kReplied));
}

TEST(Counters, EveryCauseHasItsNameAndOutcome) {
  struct Row {
    Cause cause;
    std::string_view name;
    Outcome outcome;
  };
  constexpr auto kRows = std::to_array<Row>({
      {Cause::kNone, "none", Outcome::kReplied},
      {Cause::kBusyTimeout, "busy-timeout", Outcome::kTimeout},
      {Cause::kOversize, "oversize", Outcome::kFailed},
      {Cause::kEof, "eof", Outcome::kFailed},
      {Cause::kClientTimeout, "client-timeout", Outcome::kFailed},
      {Cause::kQueueFull, "queue-full", Outcome::kFailed},
      {Cause::kQueueTimeout, "queue-timeout", Outcome::kFailed},
      {Cause::kDaemonDeath, "daemon-death", Outcome::kFailed},
      {Cause::kOversizeReply, "oversize-reply", Outcome::kFailed},
      {Cause::kDrainTimeout, "drain-timeout", Outcome::kFailed},
      {Cause::kReset, "reset", Outcome::kUnknown},
      {Cause::kNotTaken, "not-taken", Outcome::kUnknown},
  });
  static_assert(kRows.size() == kCauseCount);
  for (const Row& row : kRows) {
    EXPECT_EQ(causeName(row.cause), row.name);
    EXPECT_EQ(outcomeOf(row.cause), row.outcome) << row.name;
  }
}

TEST(Counters, EveryOutcomeHasItsName) {
  EXPECT_EQ(outcomeName(Outcome::kReplied), "replied");
  EXPECT_EQ(outcomeName(Outcome::kTimeout), "timeout");
  EXPECT_EQ(outcomeName(Outcome::kFailed), "failed");
  EXPECT_EQ(outcomeName(Outcome::kUnknown), "unknown");
}

TEST(Counters, AQueryThatBeganIsInFlightUntilItEnds) {
  Counters counters;
  counters.queryBegan();
  counters.queryBegan();
  EXPECT_EQ(counters.inFlight(), 2U);
  counters.queryReplied(milliseconds(1), milliseconds(1));
  EXPECT_EQ(counters.inFlight(), 1U);
  counters.queryEnded(Cause::kReset);
  EXPECT_EQ(counters.inFlight(), 0U);
  EXPECT_EQ(counters.total(), 2U);
}

TEST(Counters, AReplyIsCountedAsRepliedWithoutCause) {
  Counters counters;
  replyAfter(counters, milliseconds(1));
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 1U);
  EXPECT_EQ(counters.cause(Cause::kNone), 1U);
}

TEST(Counters, EveryCauseCountsForItselfAndItsOutcomeOnly) {
  for (std::size_t i = 1; i < kCauseCount; ++i) {
    const auto cause = static_cast<Cause>(i);
    SCOPED_TRACE(causeName(cause));
    Counters counters;
    counters.queryBegan();
    counters.queryEnded(cause);
    for (std::size_t j = 0; j < kCauseCount; ++j) {
      EXPECT_EQ(counters.cause(static_cast<Cause>(j)), i == j ? 1U : 0U);
    }
    for (std::size_t j = 0; j < kOutcomeCount; ++j) {
      const auto outcome = static_cast<Outcome>(j);
      EXPECT_EQ(counters.outcome(outcome), outcome == outcomeOf(cause) ? 1U : 0U);
    }
    EXPECT_EQ(counters.serviceTimes().count(), 0) << "only replies have a service time";
  }
}

TEST(Counters, ABucketBeginsAtTheEndOfTheOneBefore) {
  EXPECT_EQ(onlyBucketOf(Nanoseconds(0)), 0U);
  for (std::size_t i = 0; i < kBucketEnds.size(); ++i) {
    EXPECT_EQ(onlyBucketOf(kBucketEnds[i]), i + 1);
  }
  EXPECT_EQ(onlyBucketOf(std::chrono::hours(1)), 5U);
}

TEST(Counters, ABucketDoesNotEndANanosecondEarly) {
  for (std::size_t i = 0; i < kBucketEnds.size(); ++i) {
    EXPECT_EQ(onlyBucketOf(kBucketEnds[i] - Nanoseconds(1)), i);
  }
}

TEST(Counters, TheBucketIsOfTheWholeTimeAndTheHistogramOfTheServiceTime) {
  Counters counters;
  counters.queryBegan();
  counters.queryHandedOut(milliseconds(300));
  counters.queryReplied(milliseconds(310), milliseconds(10));
  EXPECT_EQ(counters.buckets()[2], 1U);
  EXPECT_EQ(counters.queueTimes().max(), 300'000'000);
  EXPECT_EQ(counters.serviceTimes().max(), 10'000'000);
  EXPECT_EQ(counters.queueTimes().count(), 1);
  EXPECT_EQ(counters.serviceTimes().count(), 1);
}

TEST(Counters, TheHistogramsReachFromAMicrosecondToAnHour) {
  const Counters counters;
  for (const HdrHistogram* times : {&counters.queueTimes(), &counters.serviceTimes()}) {
    EXPECT_EQ(times->lowest(), Nanoseconds(microseconds(1)).count());
    EXPECT_EQ(times->highest(), Nanoseconds(std::chrono::hours(1)).count());
    EXPECT_EQ(times->significantDigits(), 3);
  }
}

TEST(Counters, WhatIsNoQueryIsCountedApart) {
  Counters counters;
  counters.condemned(CondemnCause::kStrayOutput);
  counters.refused(Refusal::kPerSource);
  counters.spawned();
  counters.daemonDied();
  counters.daemonRetired();
  counters.connectionWithoutRequest();
  counters.received(100);
  counters.sent(30);
  counters.received(1);
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kTimeout), 0U);
  EXPECT_EQ(counters.refusedFor(Refusal::kPerSource), 1U);
  EXPECT_EQ(counters.refusedFor(Refusal::kNotAllowed), 0U);
  EXPECT_EQ(counters.spawns(), 1U);
  EXPECT_EQ(counters.deaths(), 1U);
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_EQ(counters.byteless(), 1U);
  EXPECT_EQ(counters.bytesIn(), 101U);
  EXPECT_EQ(counters.bytesOut(), 30U);
  EXPECT_EQ(counters.total(), 0U);
}

TEST(Counters, QueriesAreConservedUnderRandomEvents) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    RandomStream random(seed, "counters-test");
    Counters counters;
    std::uint64_t inFlight = 0;
    for (int step = 0; step < 2000; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      if (inFlight == 0 || random.next() % 2 == 0) {
        counters.queryBegan();
        ++inFlight;
      } else if (random.next() % 2 == 0) {
        const Nanoseconds time(random.next() % 2'000'000'000);
        counters.queryReplied(time, time / 2);
        --inFlight;
      } else {
        counters.queryEnded(static_cast<Cause>(1 + random.next() % (kCauseCount - 1)));
        --inFlight;
      }
      expectConservation(counters, inFlight);
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

#ifndef NDEBUG
TEST(CountersDeathTest, AQueryThatEndsTwiceOrForNoCauseIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Counters counters;
  replyAfter(counters, milliseconds(1));
  EXPECT_DEATH(counters.queryEnded(Cause::kReset), "inFlight");
  EXPECT_DEATH(counters.queryReplied(milliseconds(1), milliseconds(1)), "inFlight");
  counters.queryBegan();
  EXPECT_DEATH(counters.queryEnded(Cause::kNone), "kNone");
}
#endif

}  // namespace
}  // namespace iotcpd::redirector
