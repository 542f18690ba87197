#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "common/text/token.h"
#include "loadgen/result/reply_check.h"
#include "tests/unit/loadgen/result/recorder_fixture.h"

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no object
std::atomic<std::uint64_t> allocations{0};

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc): operator new has to get its memory from somewhere
void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace iotcpd::loadgen {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Allocation, ARequestTakesNone) {
  RecordedRun run;
  const std::uint64_t before = allocations;
  for (int i = 0; i < 100'000; ++i) {
    const SentRequest request{run.at(microseconds(i)), run.at(microseconds(i + 1)), {}};
    run.recorder.onConnected(request.due, microseconds(20));
    run.recorder.onSent(request, microseconds(1));
    run.recorder.onFirstByte(request, run.at(microseconds(i + 90)));
    run.recorder.onOutcome(request, static_cast<Outcome>(i % 10), run.at(microseconds(i + 100)));
    run.recorder.onBytes(20, 20);
  }
  EXPECT_EQ(allocations, before);
}

/// Allocations of `requests` requests in twenty seconds.
std::uint64_t allocationsOf(int requests) {
  Recorder recorder({}, seconds(1));
  const TimePoint start{seconds(1)};
  recorder.begin(start);
  const Nanoseconds gap = Nanoseconds(seconds(20)) / requests;
  const std::uint64_t before = allocations;
  for (int i = 0; i < requests; ++i) {
    const SentRequest request{start + gap * i, start + gap * i, {}};
    recorder.onSent(request, {});
    recorder.onOutcome(request, Outcome::kOk, request.sent + microseconds(100));
  }
  return allocations - before;
}

TEST(Allocation, MoreRequestsTakeNoMoreThanAFew) {
  const std::uint64_t few = allocationsOf(1000);
  EXPECT_EQ(allocationsOf(300'000), few);
  EXPECT_LT(few, 100U) << "a point of the timeline each second";
}

TEST(Allocation, AReplyIsJudgedWithoutAny) {
  const ReplyCheck check("", {"ERR", "BH"});
  const std::string reply = "OK " + formatToken(7) + std::string(500, 'x');
  const std::uint64_t before = allocations;
  EXPECT_EQ(check.judge(reply, true, 7), Outcome::kOk);
  EXPECT_EQ(check.judge(reply, true, 8), Outcome::kCrossTalk);
  EXPECT_EQ(check.judge("ERR", true, 7), Outcome::kErrorReply);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace iotcpd::loadgen
