#include "loadgen/result/recorder.h"

#include <gtest/gtest.h>

#include "common/random/random_stream.h"
#include "tests/unit/loadgen/result/recorder_fixture.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Recorder, LatencyIsFromTheDueTimeAndServiceFromTheSend) {
  RecordedRun run;
  run.lateRequest(milliseconds(10), milliseconds(30), milliseconds(5));
  const Result result = run.finish(seconds(1));
  EXPECT_EQ(result.okLatency().max(), Nanoseconds(milliseconds(35)).count());
  EXPECT_EQ(result.service.max(), Nanoseconds(milliseconds(5)).count());
  EXPECT_EQ(result.sendLag.max(), Nanoseconds(milliseconds(30)).count());
  EXPECT_EQ(result.meanLatency, 35e6);
}

TEST(Recorder, TheOwnLagIsWhatItIsTold) {
  RecordedRun run;
  const SentRequest request{run.at(milliseconds(1)), run.at(milliseconds(9)), {}};
  run.recorder.onSent(request, milliseconds(2));
  run.recorder.onOutcome(request, Outcome::kOk, run.at(milliseconds(20)));
  const Result result = run.finish(seconds(1));
  EXPECT_EQ(result.self.ownLag.max(), Nanoseconds(milliseconds(2)).count());
  EXPECT_EQ(result.sendLag.max(), Nanoseconds(milliseconds(8)).count());
}

TEST(Recorder, ConnectionsAndFirstBytesHaveTheirOwnTimes) {
  RecordedRun run;
  const SentRequest request{run.at(milliseconds(1)), run.at(milliseconds(2)), {}};
  run.recorder.onConnected(request.due, microseconds(300));
  run.recorder.onSent(request, {});
  run.recorder.onFirstByte(request, run.at(milliseconds(6)));
  run.recorder.onOutcome(request, Outcome::kTruncated, run.at(milliseconds(8)));
  run.recorder.onBytes(100, 20);
  run.recorder.onBytes(1, 2);
  const Result result = run.finish(seconds(1));
  EXPECT_EQ(result.connect.max(), Nanoseconds(microseconds(300)).count());
  EXPECT_EQ(result.firstByte.max(), Nanoseconds(milliseconds(4)).count());
  EXPECT_EQ(result.bytesSent, 101U);
  EXPECT_EQ(result.bytesReceived, 22U);
  EXPECT_EQ(result.service.count(), 0) << "over ok alone";
}

TEST(Recorder, EachOutcomeHasAHistogramAndTheySumToThePlan) {
  RecordedRun run;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      run.request(milliseconds(100 * i + k), milliseconds(1), static_cast<Outcome>(i));
    }
  }
  const Result result = run.finish(seconds(2));
  EXPECT_EQ(result.planned, 55U);
  EXPECT_EQ(result.sent, 55U);
  EXPECT_EQ(result.outcomes[Outcome::kCensored], 10U);
  expectSumsToThePlan(result);
}

TEST(Recorder, WhatWasNeverSentEndsAllTheSame) {
  RecordedRun run;
  run.unsent(milliseconds(10), Outcome::kRefused, milliseconds(12));
  run.unsent(milliseconds(900), Outcome::kCensored, seconds(1));
  const Result result = run.finish(seconds(1));
  EXPECT_EQ(result.planned, 2U);
  EXPECT_EQ(result.sent, 0U);
  EXPECT_EQ(result.self.meanInFlight, 0);
  EXPECT_EQ(result.self.littlesInFlight, 0);
  expectSumsToThePlan(result);
}

TEST(Recorder, WhatIsDueInTheWarmUpIsCountedAsThatAlone) {
  RecordedRun run(seconds(2));
  run.request(seconds(1), milliseconds(5));
  run.lateRequest(seconds(1), seconds(2), milliseconds(5));  // sent in the measured part
  run.request(Nanoseconds(seconds(2)) - Nanoseconds(1), seconds(1), Outcome::kTimeout);
  run.request(seconds(1), seconds(2), Outcome::kReset, Behaviour::kRst);
  run.recorder.onConnected(run.at(seconds(1)), seconds(3));
  run.recorder.onFirstByte({run.at(seconds(1)), run.at(seconds(1)), {}}, run.at(seconds(3)));
  run.request(seconds(4), milliseconds(7));
  const Result result = run.finish(seconds(5));
  EXPECT_EQ(result.warmupRequests, 4U);
  EXPECT_EQ(result.planned, 1U);
  EXPECT_EQ(result.sent, 1U);
  EXPECT_EQ(result.okLatency().count(), 1);
  EXPECT_EQ(result.service.count(), 1);
  EXPECT_EQ(result.sendLag.count(), 1);
  EXPECT_EQ(result.self.ownLag.count(), 1);
  EXPECT_EQ(result.connect.count() + result.firstByte.count(), 0);
  EXPECT_EQ(result.meanLatency, 7e6);
  EXPECT_EQ(result.measured, seconds(3));
  expectSumsToThePlan(result);
}

TEST(Recorder, WhatIsDueTheMomentTheWarmUpEndsIsMeasured) {
  RecordedRun run(seconds(2));
  run.request(seconds(2), Nanoseconds(0));
  const Result result = run.finish(seconds(3));
  EXPECT_EQ(result.warmupRequests, 0U);
  EXPECT_EQ(result.planned, 1U);
  expectSumsToThePlan(result);
}

TEST(Recorder, BytesOfTheWarmUpAreNotCounted) {
  RecordedRun run(seconds(2));
  run.recorder.onBytes(100, 100);
  run.recorder.advance(run.at(seconds(2)));
  run.recorder.onBytes(7, 8);
  const Result result = run.finish(seconds(3));
  EXPECT_EQ(result.bytesSent, 7U);
  EXPECT_EQ(result.bytesReceived, 8U);
}

TEST(Recorder, MisbehavingRequestsAreCountedByKindAndHaveNoLatency) {
  RecordedRun run;
  run.request(milliseconds(1), milliseconds(1), Outcome::kOk, Behaviour::kHalfClose);
  run.request(milliseconds(2), milliseconds(1), Outcome::kTimeout, Behaviour::kSlowLoris);
  run.recorder.onFirstByte({run.at(seconds(0)), run.at(seconds(0)), Behaviour::kSlowLoris},
                           run.at(milliseconds(1)));
  run.request(milliseconds(3), milliseconds(1));
  const Result result = run.finish(seconds(1));
  const auto of = [&](Behaviour behaviour) {
    return result.misbehaved[static_cast<std::size_t>(behaviour)];
  };
  EXPECT_EQ(of(Behaviour::kHalfClose)[Outcome::kOk], 1U);
  EXPECT_EQ(of(Behaviour::kSlowLoris)[Outcome::kTimeout], 1U);
  EXPECT_EQ(result.outcomes.total(), 1U);
  EXPECT_EQ(result.planned, 3U);
  EXPECT_EQ(result.sent, 3U);
  EXPECT_EQ(result.firstByte.count(), 0);
  expectSumsToThePlan(result);
}

TEST(Recorder, TheMeasuredPartGoesFromTheEndOfTheWarmUpToTheEnd) {
  EXPECT_EQ(RecordedRun(seconds(2)).finish(milliseconds(4500)).measured, milliseconds(2500));
  EXPECT_EQ(RecordedRun(seconds(2)).finish(seconds(1)).measured, Nanoseconds(0));
}

TEST(Recorder, TheLatencySoFarHoldsTheCurrentInterval) {
  RecordedRun run(seconds(1));
  run.request(milliseconds(500), milliseconds(1));
  EXPECT_EQ(run.recorder.latencySoFar().count(), 0) << "warm-up";
  run.request(milliseconds(1100), milliseconds(1));
  run.request(milliseconds(2100), milliseconds(1));
  run.request(milliseconds(2200), milliseconds(1));
  EXPECT_EQ(run.recorder.latencySoFar().count(), 3);
  EXPECT_EQ(run.recorder.latencySoFar().count(), 3) << "twice the same";
  EXPECT_EQ(run.finish(seconds(3)).okLatency().count(), 3);
}

TEST(Recorder, TheEffectiveShareIsThatOfTheLatencies) {
  RecordedRun run;
  EXPECT_EQ(run.recorder.effectiveShareSoFar(), 1);
  // Blocks of slow and fast ones: far from independent.
  for (int i = 0; i < 10'000; ++i) {
    run.request(milliseconds(i), milliseconds(i / 500 % 2 == 0 ? 1 : 100));
  }
  const double share = run.recorder.effectiveShareSoFar();
  EXPECT_LT(share, 0.1);
  EXPECT_EQ(run.finish(seconds(20)).effectiveShare, share);
}

TEST(Recorder, WhatIsSentTheMomentItIsDueWasInFlightUntilTheRunEnded) {
  RecordedRun run;
  run.request(milliseconds(100), milliseconds(900), Outcome::kCensored);
  const Result result = run.finish(seconds(1));
  EXPECT_DOUBLE_EQ(result.self.meanInFlight, 0.9);
  EXPECT_DOUBLE_EQ(result.self.littlesInFlight, 0.9);
}

TEST(Recorder, LittlesLawHoldsWhateverOverlaps) {
  RecordedRun run(seconds(1));
  RandomStream random(1, "requests");
  std::vector<SentRequest> open;
  for (int i = 0; i < 4000; ++i) {
    const TimePoint now = run.at(milliseconds(i));
    open.push_back({now, now + microseconds(20), {}});
    run.recorder.onSent(open.back(), {});
    if (random.uniform() < 0.9) {
      const std::size_t which = random.next() % open.size();
      run.recorder.onOutcome(open[which], Outcome::kOk, now + microseconds(500));
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
  for (const SentRequest& request : open) {
    run.recorder.onOutcome(request, Outcome::kCensored, run.at(seconds(4)));
  }
  const Result result = run.finish(seconds(4));
  EXPECT_GT(result.self.meanInFlight, 100);
  EXPECT_NEAR(result.self.meanInFlight, result.self.littlesInFlight, 1e-6);
}

}  // namespace
}  // namespace iotcpd::loadgen
