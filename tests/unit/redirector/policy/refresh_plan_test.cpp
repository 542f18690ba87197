#include "redirector/policy/refresh_plan.h"

#include <optional>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using Progress = RefreshPlan::Progress;

/// Fails the current slot's successor once less than would abort the round.
void failUpToTheLimit(RefreshPlan& plan) {
  for (unsigned failure = 1; failure < RefreshPlan::kMaxFailures; ++failure) {
    EXPECT_EQ(plan.failed(), Progress::kNextSlot);
  }
}

TEST(RefreshPlan, NothingRunsUnlessBegun) {
  const RefreshPlan plan;
  EXPECT_EQ(plan.current(), std::nullopt);
}

TEST(RefreshPlan, ARoundVisitsEverySlotOnceInOrder) {
  RefreshPlan plan;
  plan.begin();
  EXPECT_EQ(plan.current(), SlotId{0});
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.current(), SlotId{1});
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.current(), SlotId{2});
  EXPECT_EQ(plan.succeeded(3), Progress::kDone);
  EXPECT_EQ(plan.current(), std::nullopt);
}

TEST(RefreshPlan, FailuresBelowTheLimitTryTheSameSlotAgain) {
  RefreshPlan plan;
  plan.begin();
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{1});
  EXPECT_EQ(plan.succeeded(2), Progress::kDone);
}

TEST(RefreshPlan, ThreeFailuresInARowAbortTheRound) {
  RefreshPlan plan;
  plan.begin();
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.failed(), Progress::kAborted);
  EXPECT_EQ(plan.current(), std::nullopt);
}

TEST(RefreshPlan, ASuccessForgetsTheFailuresBeforeIt) {
  RefreshPlan plan;
  plan.begin();
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{1});
}

TEST(RefreshPlan, ARoundAfterAnAbortedOneHasItsOwnFailures) {
  RefreshPlan plan;
  plan.begin();
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.failed(), Progress::kAborted);
  plan.begin();
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.succeeded(1), Progress::kDone);
}

TEST(RefreshPlan, ARoundFollowsAPoolThatGrowsOrShrinks) {
  RefreshPlan plan;
  plan.begin();
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot) << "the third slot came later";
  EXPECT_EQ(plan.succeeded(1), Progress::kDone);
}

TEST(RefreshPlan, CancelForgetsFailures) {
  RefreshPlan plan;
  plan.begin();
  failUpToTheLimit(plan);
  plan.cancel();
  plan.begin();
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{0});
}

TEST(RefreshPlan, NothingRunsAfterCancel) {
  RefreshPlan plan;
  plan.begin();
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  plan.cancel();
  EXPECT_EQ(plan.current(), std::nullopt);
  plan.begin();
  EXPECT_EQ(plan.current(), SlotId{0});
}

#ifndef NDEBUG
TEST(RefreshPlanDeathTest, BeginningTwiceOrAProgressOfNothingIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  RefreshPlan plan;
  EXPECT_DEATH(plan.succeeded(1), "current_");
  EXPECT_DEATH(plan.failed(), "current_");
  plan.begin();
  EXPECT_DEATH(plan.begin(), "current_");
}
#endif

}  // namespace
}  // namespace iotcpd::redirector
