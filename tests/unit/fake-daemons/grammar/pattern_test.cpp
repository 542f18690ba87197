#include "fake-daemons/grammar/pattern.h"

#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

TEST(Pattern, MatchesAnyPartOfTheText) {
  const Pattern pattern("ads?[.]");
  EXPECT_TRUE(pattern.matches("http://ad.example/"));
  EXPECT_TRUE(pattern.matches("ads."));
  EXPECT_FALSE(pattern.matches("http://adx.example/"));
  EXPECT_FALSE(pattern.matches(""));
}

TEST(Pattern, IsExtendedAndMindsTheCase) {
  EXPECT_TRUE(Pattern("^(a|b)+$").matches("abba"));
  EXPECT_FALSE(Pattern("^(a|b)+$").matches("ABBA"));
}

TEST(Pattern, AnchorsAreTheEndsOfTheViewAndNotOfWhatLiesBehindIt) {
  const std::string text = "abc";
  EXPECT_TRUE(Pattern("b$").matches(std::string_view(text).substr(0, 2)));
  EXPECT_FALSE(Pattern("c").matches(std::string_view(text).substr(0, 2)));
}

TEST(Pattern, TheTextMayHoldNul) { EXPECT_TRUE(Pattern("b").matches(std::string_view("a\0b", 3))); }

TEST(Pattern, WhatIsNoRegularExpressionSaysWhy) {
  try {
    const Pattern pattern("a(b");
    FAIL() << "accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "Unmatched ( or \\(");
  }
}

TEST(Pattern, IsMovedWithItsExpression) {
  Pattern first("a");
  Pattern second(std::move(first));
  EXPECT_TRUE(second.matches("a"));
  Pattern third("b");
  third = std::move(second);
  EXPECT_TRUE(third.matches("a"));
  EXPECT_FALSE(third.matches("b"));
}

TEST(Pattern, RepetitionsThatWouldTakeAllMemoryAreRefused) {
  EXPECT_THROW(Pattern("((a{255}){255}){255}"), std::runtime_error);
  EXPECT_THROW(Pattern("(((a{1,90}){90}){90}){90}"), std::runtime_error);
  EXPECT_TRUE(Pattern("^(a{20}){20}$").matches(std::string(400, 'a')));
}

}  // namespace
}  // namespace iotcpd::fake
