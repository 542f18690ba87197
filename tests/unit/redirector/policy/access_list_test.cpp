#include "redirector/policy/access_list.h"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

std::vector<Cidr> networks(std::initializer_list<std::string_view> texts) {
  std::vector<Cidr> parsed;
  for (const std::string_view text : texts) {
    parsed.push_back(Cidr::parse(text).value());
  }
  return parsed;
}

TEST(AccessList, WithoutRulesEverybodyIsAdmittedWithoutLimit) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 0);
  for (int connection = 0; connection < 1000; ++connection) {
    ASSERT_EQ(list.admit(address("203.0.113.9")), std::nullopt);
  }
  EXPECT_EQ(list.admit(address("2001:db8::1")), std::nullopt);
}

TEST(AccessList, ASourceInAnyAllowedNetworkIsAdmitted) {
  SourceCounts counts(1);
  AccessList list(counts, 0, networks({"10.0.0.0/8", "::1"}), 0);
  EXPECT_EQ(list.admit(address("10.1.2.3")), std::nullopt);
  EXPECT_EQ(list.admit(address("::1")), std::nullopt);
}

TEST(AccessList, ASourceInNoAllowedNetworkIsRefused) {
  SourceCounts counts(1);
  AccessList list(counts, 0, networks({"10.0.0.0/8", "::1"}), 0);
  EXPECT_EQ(list.admit(address("11.0.0.1")), Refusal::kNotAllowed);
  EXPECT_EQ(list.admit(address("::2")), Refusal::kNotAllowed);
}

TEST(AccessList, ASourceMayHaveAsManyConnectionsAsTheLimit) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 2);
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
}

TEST(AccessList, ASourceMayNotHaveOneMore) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 2);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
  EXPECT_EQ(list.admit(address("10.0.0.2")), std::nullopt) << "another source has its own count";
}

TEST(AccessList, AReleasedConnectionMakesRoomForOneAndNoMore) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 2);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  list.release(address("10.0.0.1"));
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
}

TEST(AccessList, ARefusedConnectionIsNotCounted) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 1);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  ASSERT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
  list.release(address("10.0.0.1"));
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
}

TEST(AccessList, ASourceThatIsNotAllowedHearsThatFirst) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 1);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  list.setRules(networks({"192.0.2.0/24"}), 1, {address("10.0.0.1")});
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kNotAllowed);
}

TEST(AccessList, NewRulesCountTheConnectionsAdmittedBefore) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 0);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  list.setRules({}, 1, {address("10.0.0.1"), address("10.0.0.1")});
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
  list.release(address("10.0.0.1"));
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
  list.release(address("10.0.0.1"));
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
}

TEST(AccessList, ALimitThatIsLiftedAndSetAgainCountsAnew) {
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 1);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  list.setRules({}, 0, {address("10.0.0.1")});
  list.release(address("10.0.0.1"));
  list.setRules({}, 1, {});
  EXPECT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  EXPECT_EQ(list.admit(address("10.0.0.1")), Refusal::kPerSource);
}

TEST(AccessList, NewRulesMayAdmitWhomTheOldRefused) {
  SourceCounts counts(1);
  AccessList list(counts, 0, networks({"10.0.0.0/8"}), 0);
  ASSERT_EQ(list.admit(address("192.0.2.1")), Refusal::kNotAllowed);
  list.setRules({}, 0, {});
  EXPECT_EQ(list.admit(address("192.0.2.1")), std::nullopt);
}

#ifndef NDEBUG
TEST(AccessListDeathTest, ReleasingWhatWasNotAdmittedIsOurMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  SourceCounts counts(1);
  AccessList list(counts, 0, {}, 1);
  ASSERT_EQ(list.admit(address("10.0.0.1")), std::nullopt);
  list.release(address("10.0.0.1"));
  EXPECT_DEATH(list.release(address("10.0.0.1")), "known");
}
#endif

TEST(AccessList, ASourceIsCountedOverAllPartsTogether) {
  SourceCounts counts(2);
  AccessList one(counts, 0, {}, 2);
  AccessList other(counts, 1, {}, 2);
  ASSERT_EQ(one.admit(address("10.0.0.1")), std::nullopt);
  ASSERT_EQ(other.admit(address("10.0.0.1")), std::nullopt);
  EXPECT_EQ(one.admit(address("10.0.0.1")), Refusal::kPerSource);
  EXPECT_EQ(other.admit(address("10.0.0.1")), Refusal::kPerSource);
  other.release(address("10.0.0.1"));
  EXPECT_EQ(one.admit(address("10.0.0.1")), std::nullopt);
}

TEST(AccessList, NewRulesCountOnlyTheOwnPartAnew) {
  SourceCounts counts(2);
  AccessList one(counts, 0, {}, 1);
  AccessList other(counts, 1, {}, 1);
  ASSERT_EQ(other.admit(address("10.0.0.1")), std::nullopt);
  one.setRules({}, 1, {});
  EXPECT_EQ(one.admit(address("10.0.0.1")), Refusal::kPerSource) << "the other part has one";
}

}  // namespace
}  // namespace iotcpd::redirector
