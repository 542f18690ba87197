#include "redirector/policy/outstanding_requests.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"

namespace iotcpd::redirector {
namespace {

using Id = OutstandingRequests::Id;
using Ids = std::vector<Id>;

constexpr Id kLastId = OutstandingRequests::kIdEnd - 1;

TimePoint second(int count) { return TimePoint{} + std::chrono::seconds(count); }

/// Something a request can be told by.
class SomeQuery final : public QueueEntry {};

class OutstandingRequestsTest : public testing::Test {
 protected:
  Ids add(OutstandingRequests& requests, std::size_t count) {
    Ids ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(requests.add(&one));
    return ids;
  }
  static bool answered(OutstandingRequests& requests, Id id) {
    return requests.answer(id, OutstandingRequests::kAllWritten).has_value();
  }

  SomeQuery one;
  SomeQuery two;
  SomeQuery three;
};

TEST_F(OutstandingRequestsTest, IdsCountUpFromZero) {
  OutstandingRequests requests(4);
  EXPECT_EQ(add(requests, 3), (Ids{0, 1, 2}));
  EXPECT_EQ(requests.size(), 3U);
}

TEST_F(OutstandingRequestsTest, AnIdIsNotUsedAgainAsSoonAsItIsFree) {
  OutstandingRequests requests(1);
  for (Id id = 0; id < 100; ++id) {
    ASSERT_EQ(requests.add(&one), id);
    ASSERT_TRUE(answered(requests, id));
  }
}

TEST_F(OutstandingRequestsTest, IdsBeginAnewAfterTheLast) {
  OutstandingRequests requests(4, kLastId - 1);
  EXPECT_EQ(add(requests, 4), (Ids{kLastId - 1, kLastId, 0, 1}));
  EXPECT_TRUE(answered(requests, kLastId));
  EXPECT_TRUE(answered(requests, 0));
}

TEST_F(OutstandingRequestsTest, AnIdThatIsOutstandingIsPassedOverWhenItsTurnComesAgain) {
  OutstandingRequests requests(2);  // four places
  ASSERT_EQ(add(requests, 1), Ids{0});
  Ids ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(requests.add(&two));
    ASSERT_TRUE(answered(requests, ids.back()));
  }
  EXPECT_EQ(ids, (Ids{1, 2, 3, 5, 6, 7})) << "4 has the place of 0";
  EXPECT_TRUE(answered(requests, 0));
  EXPECT_EQ(add(requests, 1), Ids{8});
}

TEST_F(OutstandingRequestsTest, AnAnswerSaysWhoWaitsForItAndIsOneOnlyOnce) {
  OutstandingRequests requests(2);
  const Id first = requests.add(&one);
  const Id second = requests.add(&two);
  EXPECT_EQ(requests.answer(second, OutstandingRequests::kAllWritten)->query, &two);
  EXPECT_FALSE(answered(requests, second));
  EXPECT_EQ(requests.answer(first, OutstandingRequests::kAllWritten)->query, &one);
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(OutstandingRequestsTest, AnIdThatNobodyHasAnswersNothing) {
  OutstandingRequests requests(2);
  EXPECT_FALSE(answered(requests, 0));
  add(requests, 1);
  EXPECT_FALSE(answered(requests, 4)) << "the place of 0, but not 0";
  EXPECT_FALSE(answered(requests, kLastId));
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(OutstandingRequestsTest, NothingIsOutstandingWithoutACapacity) {
  OutstandingRequests requests(0);
  EXPECT_FALSE(answered(requests, 0));
  EXPECT_FALSE(requests.drop());
  EXPECT_FALSE(requests.expire(second(1)));
}

TEST_F(OutstandingRequestsTest, WhatWasBegunBeforeARequestWasWrittenIsNoAnswerToIt) {
  OutstandingRequests requests(2);
  const Id old = requests.add(&one);
  requests.endsAt(old, 10);
  const Id young = requests.add(&two);
  requests.endsAt(young, 20);
  EXPECT_FALSE(requests.answer(young, 10));
  EXPECT_FALSE(requests.answer(young, 19)) << "a part of it is not written";
  EXPECT_TRUE(requests.answer(old, 10));
  EXPECT_TRUE(requests.answer(young, 20)) << "it has stayed outstanding";
}

TEST_F(OutstandingRequestsTest, RequestsBecomeLateAtTheirTimeOneAfterTheOther) {
  OutstandingRequests requests(4);
  requests.sent(requests.add(&one), second(0), second(1));
  requests.sent(requests.add(&two), second(0), second(1));
  requests.sent(requests.add(&three), second(0), second(2));
  EXPECT_FALSE(requests.expire(second(1) - Nanoseconds(1)));
  EXPECT_EQ(requests.expire(second(1))->query, &one);
  EXPECT_EQ(requests.expire(second(1))->query, &two);
  EXPECT_FALSE(requests.expire(second(1)));
  EXPECT_EQ(requests.earliestDue(), second(2));
  EXPECT_EQ(requests.inTime(), 1U);
  EXPECT_EQ(requests.size(), 3U) << "late ones are outstanding";
}

TEST_F(OutstandingRequestsTest, AnswersMayComeForAnyOfThemWithoutDisturbingTheOrder) {
  for (Id gone = 0; gone < 3; ++gone) {
    SCOPED_TRACE("answered " + std::to_string(gone));
    OutstandingRequests requests(3);
    for (int i = 1; i <= 3; ++i) requests.sent(requests.add(&one), second(0), second(i));
    ASSERT_TRUE(answered(requests, gone));
    EXPECT_EQ(requests.earliestDue(), second(gone == 0 ? 2 : 1));
    EXPECT_TRUE(requests.expire(second(3)));
    EXPECT_TRUE(requests.expire(second(3)));
    EXPECT_FALSE(requests.expire(second(3)));
    EXPECT_EQ(requests.earliestDue(), std::nullopt);
  }
}

TEST_F(OutstandingRequestsTest, OneThatHasLessTimeThanThoseBeforeItIsDueBeforeThem) {
  OutstandingRequests requests(4);
  requests.sent(requests.add(&one), second(0), second(15));
  requests.sent(requests.add(&one), second(0), second(16));
  requests.sent(requests.add(&two), second(0), second(2));
  requests.sent(requests.add(&three), second(0), second(3));
  EXPECT_EQ(requests.earliestDue(), second(2));
  EXPECT_EQ(requests.expire(second(10))->query, &two);
  EXPECT_EQ(requests.expire(second(10))->query, &three);
  EXPECT_FALSE(requests.expire(second(10)));
  EXPECT_EQ(requests.earliestDue(), second(15));
}

TEST_F(OutstandingRequestsTest, TheLongestOutstandingIsNotAlwaysDueFirst) {
  OutstandingRequests requests(4);
  EXPECT_EQ(requests.longestSince(), std::nullopt);
  requests.sent(requests.add(&one), second(1), second(16));
  requests.sent(requests.add(&two), second(2), second(3));
  EXPECT_EQ(requests.longestSince(), second(1));
  ASSERT_TRUE(answered(requests, 0));
  EXPECT_EQ(requests.longestSince(), second(2));
}

TEST_F(OutstandingRequestsTest, TheAnswerToALateOneIsKnownAndNobodyWaitsForIt) {
  OutstandingRequests requests(1);
  const Id id = requests.add(&one);
  requests.sent(id, second(0), second(1));
  ASSERT_TRUE(requests.expire(second(1)));
  const auto late = requests.answer(id, OutstandingRequests::kAllWritten);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->query, nullptr);
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(OutstandingRequestsTest, AForgottenOneRunsOnWithNobodyWaiting) {
  OutstandingRequests requests(2);
  const Id id = requests.add(&one);
  requests.sent(id, second(0), second(1));
  requests.forget(id);
  EXPECT_EQ(requests.inTime(), 1U);
  const auto late = requests.expire(second(1));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->query, nullptr);
}

TEST_F(OutstandingRequestsTest, DroppingTakesOutAllThatIsOutstandingLateOnesToo) {
  OutstandingRequests requests(4);
  requests.sent(requests.add(&one), second(0), second(1));
  requests.sent(requests.add(&two), second(0), second(2));
  requests.sent(requests.add(&three), second(0), second(3));
  static_cast<void>(requests.add(nullptr));  // not given its time yet
  ASSERT_TRUE(requests.expire(second(1)));
  EXPECT_EQ(requests.drop()->query, &two) << "in the order of the requests";
  EXPECT_EQ(requests.drop()->query, &three);
  EXPECT_EQ(requests.drop()->query, nullptr);
  EXPECT_EQ(requests.drop()->query, nullptr);
  EXPECT_FALSE(requests.drop());
  EXPECT_EQ(requests.size(), 0U);
  EXPECT_EQ(requests.earliestDue(), std::nullopt);
}

/// As many as there may be, answered in any order, past the end of the IDs: none is given twice.
TEST_F(OutstandingRequestsTest, NoIdIsGivenTwiceHoweverTheyAreAnswered) {
  constexpr std::size_t kCapacity = 5;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed, "outstanding-requests-test");
    OutstandingRequests requests(kCapacity, kLastId - 500);
    Ids outstanding;
    for (int step = 0; step < 2000; ++step) {
      if (outstanding.size() < kCapacity && random.next() % 2 == 0) {
        const Id id = requests.add(&one);
        ASSERT_LE(id, kLastId);
        ASSERT_EQ(std::ranges::count(outstanding, id), 0);
        requests.sent(id, second(0), second(step));
        outstanding.push_back(id);
      } else if (!outstanding.empty()) {
        const auto at =
            outstanding.begin() + static_cast<std::ptrdiff_t>(random.next() % outstanding.size());
        ASSERT_TRUE(answered(requests, *at));
        outstanding.erase(at);
      }
      ASSERT_EQ(requests.size(), outstanding.size());
      ASSERT_EQ(requests.inTime(), outstanding.size());
    }
  }
}

#ifndef NDEBUG
TEST_F(OutstandingRequestsTest, MoreThanTheCapacityIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  OutstandingRequests requests(3);
  add(requests, 3);
  EXPECT_DEATH(static_cast<void>(requests.add(&one)), "capacity");
}
#endif

struct Parsed {
  std::string_view line;
  std::optional<Id> id;
  std::string_view reply;
};

TEST(ChannelLine, BeginsWithAnIdThatASpaceOrTheEndFollows) {
  using namespace std::string_view_literals;
  constexpr std::array kLines{
      Parsed{"0 OK\n", 0, "OK\n"},
      Parsed{"17 OK rewrite-url=x y\n", 17, "OK rewrite-url=x y\n"},
      Parsed{"2147483647 OK\n", kLastId, "OK\n"},
      Parsed{"5\n", 5, "\n"},
      Parsed{"5 \n", 5, "\n"},
      Parsed{"5  OK\n", 5, " OK\n"},
      Parsed{"007 OK\n", 7, "OK\n"},
      Parsed{"5 \0\xff\r\n"sv, 5, "\0\xff\r\n"sv},
  };
  for (const Parsed& expected : kLines) {
    const ChannelLine parsed = parseChannelLine(expected.line);
    EXPECT_EQ(parsed.id, expected.id) << expected.line;
    EXPECT_EQ(parsed.reply, expected.reply) << expected.line;
  }
}

TEST(ChannelLine, HasNoIdWhenItBeginsOtherwise) {
  using namespace std::string_view_literals;
  constexpr std::array kLines{"\n"sv,
                              " 5 OK\n"sv,
                              "OK\n"sv,
                              "+5 OK\n"sv,
                              "-5 OK\n"sv,
                              "5x OK\n"sv,
                              "5\tOK\n"sv,
                              "5\r\n"sv,
                              "0x5 OK\n"sv,
                              "2147483648 OK\n"sv,
                              "4294967296 OK\n"sv,
                              "99999999999999999999 OK\n"sv,
                              "\0005 OK\n"sv};
  for (const std::string_view line : kLines) EXPECT_FALSE(parseChannelLine(line).id) << line;
}

}  // namespace
}  // namespace iotcpd::redirector
