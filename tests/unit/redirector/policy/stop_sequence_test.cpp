#include "redirector/policy/stop_sequence.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using Step = StopSequence::Step;

TimePoint at(std::int64_t ms) { return TimePoint(milliseconds(ms)); }

/// One call at `ms`, what it says, and when the next one is due.
struct Row {
  std::int64_t ms;
  std::optional<Step> step;
  std::optional<std::int64_t> dueMs;
};

/// Begins at 0, where the first step is kCloseStdin, due next at 500.
template <std::size_t kRows>
void expectSequence(const std::array<Row, kRows>& rows) {
  StopSequence sequence;
  EXPECT_EQ(sequence.begin(at(0)), Step::kCloseStdin);
  EXPECT_EQ(sequence.deadline(), at(500));
  for (const Row& row : rows) {
    SCOPED_TRACE("at " + std::to_string(row.ms) + " ms");
    EXPECT_EQ(sequence.next(at(row.ms)), row.step);
    EXPECT_EQ(sequence.deadline(), row.dueMs ? std::optional(at(*row.dueMs)) : std::nullopt);
  }
}

TEST(StopSequence, ClosesThenTerminatesThenKills) {
  expectSequence(std::to_array<Row>({
      {500, Step::kTerminate, 2500},
      {2500, Step::kKill, std::nullopt},
  }));
}

TEST(StopSequence, NoStepComesBeforeItsTime) {
  expectSequence(std::to_array<Row>({
      {0, std::nullopt, 500},
      {499, std::nullopt, 500},
      {500, Step::kTerminate, 2500},
      {500, std::nullopt, 2500},
      {2499, std::nullopt, 2500},
      {2500, Step::kKill, std::nullopt},
  }));
}

TEST(StopSequence, NothingFollowsTheKill) {
  expectSequence(std::to_array<Row>({
      {500, Step::kTerminate, 2500},
      {2500, Step::kKill, std::nullopt},
      {2500, std::nullopt, std::nullopt},
      {1'000'000, std::nullopt, std::nullopt},
  }));
}

TEST(StopSequence, ALateCallSkipsNoStepAndNoGrace) {
  expectSequence(std::to_array<Row>({
      {9000, Step::kTerminate, 11'000},
      {9000, std::nullopt, 11'000},
      {10'999, std::nullopt, 11'000},
      {11'000, Step::kKill, std::nullopt},
  }));
}

TEST(StopSequence, BeforeItBeginsThereIsNoDeadline) {
  StopSequence sequence;
  EXPECT_FALSE(sequence.begun());
  EXPECT_EQ(sequence.deadline(), std::nullopt);
  (void)sequence.begin(at(0));
  EXPECT_TRUE(sequence.begun());
}

#ifndef NDEBUG
TEST(StopSequenceDeathTest, BeginningTwiceOrNotAtAllIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  StopSequence sequence;
  EXPECT_DEATH((void)sequence.next(at(0)), "begun");
  (void)sequence.begin(at(0));
  EXPECT_DEATH((void)sequence.begin(at(1)), "begun");
}
#endif

}  // namespace
}  // namespace iotcpd::redirector
