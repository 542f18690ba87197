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

TEST(Pattern, ABraceThatIsNoRepetitionCountsAsNone) {
  EXPECT_TRUE(Pattern(R"(\{"id":123456)").matches(R"({"id":123456)"));
  EXPECT_TRUE(Pattern("id[{]99999999").matches("id{99999999"));
  EXPECT_TRUE(Pattern("[]{]99999999").matches("]99999999"));
  EXPECT_TRUE(Pattern("[^]{]99999999").matches("x99999999"));
  EXPECT_TRUE(Pattern("[[:alpha:]{]99999999").matches("{99999999"));
  EXPECT_THROW(Pattern("[[:alpha:]]{255}{255}{255}"), std::runtime_error);
}

TEST(Pattern, HasAtMostAThousandBytes) {
  EXPECT_TRUE(Pattern(std::string(1000, 'a')).matches(std::string(1000, 'a')));
  EXPECT_THROW(Pattern(std::string(1001, 'a')), std::runtime_error);
}

TEST(Pattern, ABackReferenceIsRefused) {
  EXPECT_THROW(Pattern(R"((a*)\1)"), std::runtime_error);
  EXPECT_TRUE(Pattern(R"([\1])").matches("1"));
  EXPECT_TRUE(Pattern(R"(\\1)").matches(R"(\1)"));
}

TEST(Pattern, LooksAtTheFirst4096Bytes) {
  const std::string text(4095, 'x');
  EXPECT_TRUE(Pattern("z").matches(text + "z"));
  EXPECT_FALSE(Pattern("z").matches(text + "xz"));
  EXPECT_TRUE(Pattern("z$").matches(text + "z"));
  EXPECT_FALSE(Pattern("z$").matches(text + "zx")) << "where it is cut off is no end";
}

}  // namespace
}  // namespace iotcpd::fake
