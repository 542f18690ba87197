#include <string>

#include <gtest/gtest.h>

#include "common/text/token.h"
#include "loadgen/result/reply_check.h"
#include "tests/unit/loadgen/result/recorder_fixture.h"
#include "tests/unit/support/counted_allocations.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Allocation, ARequestTakesNone) {
  RecordedRun run;
  const std::uint64_t before = countedAllocations();
  for (int i = 0; i < 100'000; ++i) {
    const SentRequest request{run.at(microseconds(i)), run.at(microseconds(i + 1)), {}};
    run.recorder.onConnected(request.due, microseconds(20));
    run.recorder.onSent(request, microseconds(1));
    run.recorder.onFirstByte(request, run.at(microseconds(i + 90)));
    run.recorder.onOutcome(request, static_cast<Outcome>(i % 10), run.at(microseconds(i + 100)));
    run.recorder.onBytes(20, 20);
  }
  EXPECT_EQ(countedAllocations(), before);
}

/// Allocations of `requests` requests in twenty seconds.
std::uint64_t allocationsOf(int requests) {
  Recorder recorder({}, seconds(1));
  const TimePoint start{seconds(1)};
  recorder.begin(start);
  const Nanoseconds gap = Nanoseconds(seconds(20)) / requests;
  const std::uint64_t before = countedAllocations();
  for (int i = 0; i < requests; ++i) {
    const SentRequest request{start + gap * i, start + gap * i, {}};
    recorder.onSent(request, {});
    recorder.onOutcome(request, Outcome::kOk, request.sent + microseconds(100));
  }
  return countedAllocations() - before;
}

TEST(Allocation, MoreRequestsTakeNoMoreThanAFew) {
  const std::uint64_t few = allocationsOf(1000);
  EXPECT_EQ(allocationsOf(300'000), few);
  EXPECT_LT(few, 100U) << "a point of the timeline each second";
}

TEST(Allocation, AReplyIsJudgedWithoutAny) {
  const ReplyCheck check("", {"ERR", "BH"});
  const std::string reply = "OK " + formatToken(7) + std::string(500, 'x');
  const std::uint64_t before = countedAllocations();
  EXPECT_EQ(check.judge(reply, true, 7), Outcome::kOk);
  EXPECT_EQ(check.judge(reply, true, 8), Outcome::kCrossTalk);
  EXPECT_EQ(check.judge("ERR", true, 7), Outcome::kErrorReply);
  EXPECT_EQ(countedAllocations(), before);
}

}  // namespace
}  // namespace iotcpd::loadgen
