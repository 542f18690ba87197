#include "loadgen/drive/outstanding.h"

#include <vector>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;

constexpr Behaviour kOrdinary = Behaviour::kOrdinary;

TimePoint at(int ms) { return TimePoint(milliseconds(ms)); }

void add(Outstanding& requests, int dueMs, std::uint64_t token = 0,
         Behaviour behaviour = kOrdinary) {
  requests.add(at(dueMs), Nanoseconds(0), behaviour, {token, token != 0}, at(dueMs));
}

/// How many of each batch markSent() tells of.
std::vector<std::uint64_t> sent(Outstanding& requests, int nowMs) {
  std::vector<std::uint64_t> counts;
  requests.markSent(at(nowMs), [&](const SentRequest& request, Nanoseconds, std::uint64_t count) {
    EXPECT_TRUE(request.isSent);
    EXPECT_EQ(request.sent, at(nowMs));
    counts.push_back(count);
  });
  return counts;
}

TEST(Outstanding, WhatIsDueAtOnceGoesOutAsOneBatch) {
  Outstanding requests(8);
  for (int i = 0; i < 3; ++i) add(requests, 1);
  add(requests, 2);
  EXPECT_FALSE(requests.head().isSent);
  EXPECT_EQ(sent(requests, 5), (std::vector<std::uint64_t>{3, 1}));
  EXPECT_EQ(sent(requests, 6), std::vector<std::uint64_t>{});
  EXPECT_EQ(requests.head().sent, at(5));
}

TEST(Outstanding, WhatIsAlreadySentIsJoinedByNothing) {
  Outstanding requests(8);
  add(requests, 1);
  ASSERT_EQ(sent(requests, 1).size(), 1U);
  add(requests, 1);
  EXPECT_EQ(requests.headBatchSize(), 1U);
  EXPECT_EQ(sent(requests, 2), std::vector<std::uint64_t>{1});
}

TEST(Outstanding, AnotherLagOrBehaviourMakesAnotherBatch) {
  Outstanding requests(8);
  requests.add(at(1), Nanoseconds(0), kOrdinary, {}, at(1));
  requests.add(at(1), Nanoseconds(7), kOrdinary, {}, at(1));
  requests.add(at(1), Nanoseconds(7), Behaviour::kHalfClose, {}, at(1));
  EXPECT_EQ(requests.lastBehaviour(), Behaviour::kHalfClose);
  EXPECT_EQ(sent(requests, 1), (std::vector<std::uint64_t>{1, 1, 1}));
}

TEST(Outstanding, EachKeepsItsOwnToken) {
  Outstanding requests(3);
  for (const std::uint64_t token : {11U, 12U, 13U}) add(requests, 1, token);
  ASSERT_EQ(requests.headBatchSize(), 3U);
  EXPECT_EQ(requests.token(2).number, 13U);
  requests.drop(2);
  EXPECT_EQ(requests.count(), 1U);
  EXPECT_EQ(requests.token(0).number, 13U);
  add(requests, 1);
  EXPECT_FALSE(requests.token(1).isThere);
}

TEST(Outstanding, TheLastIsRepeated) {
  Outstanding requests(8);
  add(requests, 1, 7);
  requests.repeatLast(2);
  EXPECT_EQ(requests.count(), 3U);
  EXPECT_EQ(requests.token(2).number, 7U);
  add(requests, 1);
  requests.repeatLast(4);
  EXPECT_FALSE(requests.token(7).isThere);
  EXPECT_EQ(sent(requests, 1), std::vector<std::uint64_t>{8});
}

TEST(Outstanding, ABatchHoldsTokensWhenAnyOfItsRequestsDoes) {
  Outstanding requests(4);
  add(requests, 1);
  EXPECT_FALSE(requests.headBatchHoldsTokens());
  add(requests, 1, 5);
  EXPECT_TRUE(requests.headBatchHoldsTokens());
  add(requests, 2);
  requests.drop(2);
  EXPECT_FALSE(requests.headBatchHoldsTokens());
}

TEST(Outstanding, ABatchOfWhichNoneIsLeftMakesWayForTheNext) {
  Outstanding requests(4);
  add(requests, 1);
  add(requests, 2);
  ASSERT_EQ(sent(requests, 2).size(), 2U);
  requests.drop(1);
  EXPECT_EQ(requests.head().due, at(2));
  requests.drop(1);
  EXPECT_EQ(requests.count(), 0U);
}

TEST(Outstanding, OneThatWasNeverSentMayBeDroppedToo) {
  Outstanding requests(4);
  add(requests, 1);
  add(requests, 2);
  requests.drop(1);
  EXPECT_EQ(sent(requests, 3), std::vector<std::uint64_t>{1});
  EXPECT_EQ(requests.head().due, at(2));
}

TEST(Outstanding, ItsRoomIsUsedAgainForEver) {
  Outstanding requests(3);
  ASSERT_EQ(requests.capacity(), 3U);
  std::uint64_t token = 1;
  for (int round = 0; round < 20; ++round) {
    while (requests.count() < requests.capacity()) add(requests, round, token++);
    ASSERT_EQ(sent(requests, round).size(), 1U);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(requests.token(0).number + requests.count(), token);
      requests.drop(1);
    }
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
