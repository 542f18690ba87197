#include "loadgen/result/reply_check.h"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/text/token.h"

namespace iotcpd::loadgen {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kErrorReplies{"ERR", "BH"};

Outcome judgePlain(std::string_view reply, std::string_view expect = "") {
  return ReplyCheck(expect, kErrorReplies).judge(reply, false, 0);
}

Outcome judgeToken(std::string_view reply, std::uint64_t token, std::string_view expect = "") {
  return ReplyCheck(expect, kErrorReplies).judge(reply, true, token);
}

TEST(ReplyCheck, AnyReplyIsOkWhenNothingIsAskedOfIt) {
  EXPECT_EQ(judgePlain("OK"), Outcome::kOk);
  EXPECT_EQ(judgePlain(""), Outcome::kOk);
}

TEST(ReplyCheck, AnErrorReplyIsOneAsAWholeOrUpToABlank) {
  EXPECT_EQ(judgePlain("ERR"), Outcome::kErrorReply);
  EXPECT_EQ(judgePlain("BH"), Outcome::kErrorReply);
  EXPECT_EQ(judgePlain("BH message=\"queue is full\""), Outcome::kErrorReply);
  EXPECT_EQ(judgePlain("ERR\tno"), Outcome::kErrorReply);
  EXPECT_EQ(judgePlain("ERRATIC"), Outcome::kOk);
  EXPECT_EQ(judgePlain("an ERR"), Outcome::kOk);
  EXPECT_EQ(judgePlain("err"), Outcome::kOk);
}

TEST(ReplyCheck, WithoutErrorRepliesNothingIsOne) {
  EXPECT_EQ(ReplyCheck("", {}).judge("ERR", false, 0), Outcome::kOk);
}

TEST(ReplyCheck, TheRequestsTokenMustComeBack) {
  EXPECT_EQ(judgeToken("got " + formatToken(7) + "!", 7), Outcome::kOk);
  EXPECT_EQ(judgeToken("got nothing", 7), Outcome::kWrongReply);
  EXPECT_EQ(judgeToken("tk_00000000", 0), Outcome::kWrongReply) << "half a token";
}

TEST(ReplyCheck, AnotherTokenIsCrossTalk) {
  EXPECT_EQ(judgeToken(formatToken(8), 7), Outcome::kCrossTalk);
  EXPECT_EQ(judgePlain(formatToken(8)), Outcome::kCrossTalk) << "the request carried none";
  EXPECT_EQ(judgeToken(formatToken(7) + formatToken(8), 7), Outcome::kCrossTalk);
  EXPECT_EQ(judgeToken(formatToken(7) + " " + formatToken(7), 7), Outcome::kOk);
  EXPECT_EQ(judgeToken(formatToken(~0ULL), ~0ULL), Outcome::kOk);
}

TEST(ReplyCheck, CrossTalkOutweighsEverythingElse) {
  EXPECT_EQ(judgeToken("ERR " + formatToken(8), 7), Outcome::kCrossTalk);
  EXPECT_EQ(judgeToken("OK " + formatToken(8), 7, "^OK"), Outcome::kCrossTalk);
}

TEST(ReplyCheck, AnErrorReplyNeedsNoToken) {
  EXPECT_EQ(judgeToken("ERR", 7), Outcome::kErrorReply);
}

TEST(ReplyCheck, WhatIsExpectedIsOkEvenIfItIsAnErrorReplyElsewhere) {
  EXPECT_EQ(judgePlain("ERR", "^(ERR|OK)"), Outcome::kOk);
  EXPECT_EQ(judgePlain("BH", "^(ERR|OK)"), Outcome::kErrorReply);
  EXPECT_EQ(judgePlain("what?", "^(ERR|OK)"), Outcome::kWrongReply);
}

TEST(ReplyCheck, WhatIsExpectedNeedsNoToken) {
  EXPECT_EQ(judgeToken("OK", 7, "^OK$"), Outcome::kOk);
}

TEST(ReplyCheck, AnExpectationMayMatchAnywhere) {
  EXPECT_EQ(judgePlain("say OK now", "OK"), Outcome::kOk);
  EXPECT_EQ(judgePlain("say OK now", "^OK"), Outcome::kWrongReply);
  EXPECT_EQ(judgePlain(std::string_view("a\0b", 3), "b$"), Outcome::kOk) << "bytes, not C strings";
}

TEST(ReplyCheck, OneCheckJudgesRepliesOfAnyLengthInTurn) {
  const ReplyCheck check("^a*$", kErrorReplies);
  EXPECT_EQ(check.judge(std::string(1000, 'a'), false, 0), Outcome::kOk);
  EXPECT_EQ(check.judge("aa", false, 0), Outcome::kOk);
  EXPECT_EQ(check.judge("", false, 0), Outcome::kOk);
  EXPECT_EQ(check.judge("aab", false, 0), Outcome::kWrongReply);
}

TEST(ReplyCheck, AnExpressionThatNeedsForeverIsNotMet) {
  EXPECT_EQ(judgePlain(std::string(10'000, 'a') + "b", "^(a+)+$"), Outcome::kWrongReply);
}

TEST(ReplyCheck, AMalformedExpectationIsRefusedInOneLine) {
  try {
    const ReplyCheck check("a(b", kErrorReplies);
    FAIL() << "not refused";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'a(b' is no regular expression: "));
    EXPECT_THAT(error.what(), HasSubstr("offset 3"));
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
