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

TEST(RefreshPlan, NoRoundRunsUnlessRequested) {
  const RefreshPlan plan;
  EXPECT_EQ(plan.current(), std::nullopt);
  EXPECT_FALSE(plan.aborted());
}

TEST(RefreshPlan, ARoundVisitsEverySlotOnceInOrder) {
  RefreshPlan plan;
  EXPECT_TRUE(plan.request(3));
  EXPECT_EQ(plan.current(), SlotId{0});
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.current(), SlotId{1});
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.current(), SlotId{2});
  EXPECT_EQ(plan.succeeded(3), Progress::kDone);
  EXPECT_EQ(plan.current(), std::nullopt);
  EXPECT_FALSE(plan.aborted());
}

TEST(RefreshPlan, AfterARoundTheNextRequestBeginsAtOnce) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(1));
  ASSERT_EQ(plan.succeeded(1), Progress::kDone);
  EXPECT_TRUE(plan.request(1));
  EXPECT_EQ(plan.current(), SlotId{0});
}

TEST(RefreshPlan, RequestsDuringARoundCoalesceIntoOneMore) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  for (int request = 0; request < 5; ++request) {
    EXPECT_FALSE(plan.request(2));
  }
  EXPECT_EQ(plan.current(), SlotId{1}) << "the running round goes on";
  EXPECT_EQ(plan.succeeded(2), Progress::kAnotherRound);
  EXPECT_EQ(plan.current(), SlotId{0});
  EXPECT_EQ(plan.succeeded(2), Progress::kNextSlot);
  EXPECT_EQ(plan.succeeded(2), Progress::kDone) << "one more, not five";
}

TEST(RefreshPlan, FailuresBelowTheLimitTryTheSameSlotAgain) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{1});
  EXPECT_EQ(plan.succeeded(2), Progress::kDone);
  EXPECT_FALSE(plan.aborted());
}

TEST(RefreshPlan, ThreeFailuresInARowAbortTheRound) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.failed(), Progress::kAborted);
  EXPECT_EQ(plan.current(), std::nullopt);
  EXPECT_TRUE(plan.aborted());
}

TEST(RefreshPlan, ASuccessForgetsTheFailuresBeforeIt) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{1});
}

TEST(RefreshPlan, AnAbortedRoundIsFollowedByTheOneThatWaited) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  ASSERT_EQ(plan.succeeded(2), Progress::kNextSlot);
  ASSERT_FALSE(plan.request(2));
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.failed(), Progress::kAnotherRound);
  EXPECT_TRUE(plan.aborted()) << "the caller logs how the round ended";
  EXPECT_EQ(plan.current(), SlotId{0});
  failUpToTheLimit(plan);  // the new round has its own count
  EXPECT_EQ(plan.succeeded(2), Progress::kNextSlot);
  EXPECT_EQ(plan.succeeded(2), Progress::kDone);
  EXPECT_FALSE(plan.aborted());
}

TEST(RefreshPlan, ARoundAfterAnAbortedOneHasItsOwnFailures) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(1));
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.failed(), Progress::kAborted);
  ASSERT_TRUE(plan.request(1));
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.succeeded(1), Progress::kDone);
}

TEST(RefreshPlan, ARoundFollowsAPoolThatGrowsOrShrinks) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot);
  EXPECT_EQ(plan.succeeded(3), Progress::kNextSlot) << "the third slot came later";
  EXPECT_EQ(plan.succeeded(1), Progress::kDone);
}

TEST(RefreshPlan, CancelDropsTheRoundAndTheOneThatWaits) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(2));
  ASSERT_FALSE(plan.request(2));
  plan.cancel();
  EXPECT_EQ(plan.current(), std::nullopt);
  EXPECT_FALSE(plan.aborted());
  ASSERT_TRUE(plan.request(1));
  EXPECT_EQ(plan.succeeded(1), Progress::kDone) << "nothing waited any more";
}

TEST(RefreshPlan, CancelForgetsFailures) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(1));
  failUpToTheLimit(plan);
  plan.cancel();
  ASSERT_TRUE(plan.request(1));
  failUpToTheLimit(plan);
  EXPECT_EQ(plan.current(), SlotId{0});
}

TEST(RefreshPlan, ACancelledRoundHasNotEndedByFailure) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(1));
  ASSERT_FALSE(plan.request(1));
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.failed(), Progress::kAnotherRound);
  plan.cancel();
  EXPECT_FALSE(plan.aborted());
}

TEST(RefreshPlan, CancelWithoutARoundLeavesHowTheLastOneEnded) {
  RefreshPlan plan;
  ASSERT_TRUE(plan.request(1));
  failUpToTheLimit(plan);
  ASSERT_EQ(plan.failed(), Progress::kAborted);
  plan.cancel();
  EXPECT_TRUE(plan.aborted());
}

#ifndef NDEBUG
TEST(RefreshPlanDeathTest, ARoundOverNoSlotsOrAProgressWithoutARoundIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  RefreshPlan plan;
  EXPECT_DEATH(plan.request(0), "slots");
  EXPECT_DEATH(plan.succeeded(1), "current_");
  EXPECT_DEATH(plan.failed(), "current_");
}
#endif

}  // namespace
}  // namespace iotcpd::redirector
