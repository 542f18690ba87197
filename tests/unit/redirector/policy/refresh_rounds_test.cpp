#include "redirector/policy/refresh_rounds.h"

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

constexpr bool kAborted = true;

TEST(RefreshRounds, NoneRunsUnlessRequested) {
  EXPECT_EQ(RefreshRounds(2).current(), std::nullopt);
}

TEST(RefreshRounds, ARoundVisitsEachPoolOnce) {
  RefreshRounds rounds(2);
  EXPECT_TRUE(rounds.request());
  EXPECT_EQ(rounds.current(), 0U);
  EXPECT_FALSE(rounds.onEnded(!kAborted));
  EXPECT_EQ(rounds.current(), 1U);
  EXPECT_TRUE(rounds.onEnded(!kAborted));
  EXPECT_EQ(rounds.current(), std::nullopt);
}

TEST(RefreshRounds, AfterARoundTheNextRequestBeginsAtOnce) {
  RefreshRounds rounds(1);
  ASSERT_TRUE(rounds.request());
  ASSERT_TRUE(rounds.onEnded(!kAborted));
  EXPECT_TRUE(rounds.request());
  EXPECT_EQ(rounds.current(), 0U);
}

TEST(RefreshRounds, RequestsDuringARoundCoalesceIntoOneMore) {
  RefreshRounds rounds(2);
  ASSERT_TRUE(rounds.request());
  ASSERT_FALSE(rounds.onEnded(!kAborted));
  for (int request = 0; request < 5; ++request) EXPECT_FALSE(rounds.request());
  EXPECT_EQ(rounds.current(), 1U) << "the running round goes on";
  EXPECT_TRUE(rounds.onEnded(!kAborted));
  EXPECT_EQ(rounds.current(), 0U);
  EXPECT_FALSE(rounds.onEnded(!kAborted));
  EXPECT_TRUE(rounds.onEnded(!kAborted));
  EXPECT_EQ(rounds.current(), std::nullopt) << "one more, not five";
}

TEST(RefreshRounds, AnAbortedOneEndsTheRound) {
  RefreshRounds rounds(3);
  ASSERT_TRUE(rounds.request());
  EXPECT_TRUE(rounds.onEnded(kAborted));
  EXPECT_EQ(rounds.current(), std::nullopt);
}

TEST(RefreshRounds, AnAbortedOneIsFollowedByTheOneThatWaited) {
  RefreshRounds rounds(2);
  ASSERT_TRUE(rounds.request());
  ASSERT_FALSE(rounds.request());
  EXPECT_TRUE(rounds.onEnded(kAborted));
  EXPECT_EQ(rounds.current(), 0U);
  EXPECT_FALSE(rounds.onEnded(!kAborted));
}

}  // namespace
}  // namespace iotcpd::redirector
