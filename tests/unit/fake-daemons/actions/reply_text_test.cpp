#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

/// The reply that becomes of `text`; nothing is asked of the host.
std::string changed(std::string_view action, std::string_view text) {
  ActionUnderTest underTest(action);
  std::string result = underTest.appliedTo(text);
  EXPECT_TRUE(underTest.host.calls.empty()) << action;
  EXPECT_FALSE(underTest.reply.dropped) << action;
  EXPECT_EQ(underTest.reply.dribbleBytes, 0U) << action;
  return result;
}

TEST(Truncate, KeepsTheFirstBytesAndNoNewline) {
  EXPECT_EQ(changed("truncate(3)", "reply\n"), "rep");
  EXPECT_EQ(changed("truncate(0)", "reply\n"), "");
  EXPECT_EQ(changed("truncate(5)", "reply\n"), "reply");
}

TEST(Truncate, BeyondTheLengthTakesTheNewlineAlone) {
  EXPECT_EQ(changed("truncate(6)", "reply\n"), "reply");
  EXPECT_EQ(changed("truncate(64000000)", "reply\n"), "reply");
  EXPECT_EQ(changed("truncate(9)", "reply"), "reply");
}

TEST(NoNewline, TakesOneNewlineAtTheEnd) {
  EXPECT_EQ(changed("no-newline", "reply\n"), "reply");
  EXPECT_EQ(changed("no-newline", "reply"), "reply");
  EXPECT_EQ(changed("no-newline", "a\nb\n\n"), "a\nb\n");
  EXPECT_EQ(changed("no-newline", ""), "");
}

TEST(Oversize, FillsUpToTheSizeItsNewlineIncluded) {
  EXPECT_EQ(changed("oversize(10)", "reply\n"), "replyxxxx\n");
  EXPECT_EQ(changed("oversize(6)", "reply\n"), "reply\n");
  EXPECT_EQ(changed("oversize(7)", "reply"), "replyx\n");
  EXPECT_EQ(changed("oversize(1MiB)", "reply\n").size(), 1024U * 1024U);
}

TEST(Oversize, SmallerThanTheTextLeavesItAsItIs) {
  EXPECT_EQ(changed("oversize(5)", "reply\n"), "reply\n");
  EXPECT_EQ(changed("oversize(1)", "reply\n"), "reply\n");
  EXPECT_EQ(changed("oversize(1)", ""), "\n");
}

TEST(Garbage, IsSoManyBytesWithOneNewlineAtTheirEnd) {
  for (const std::string_view size : {"1", "2", "100000"}) {
    ActionUnderTest action("garbage(" + std::string(size) + ")");
    const std::string text = action.appliedTo("reply\n");
    EXPECT_EQ(std::to_string(text.size()), size);
    EXPECT_EQ(text.find('\n'), text.size() - 1) << size;
  }
}

TEST(Garbage, HoldsEveryOtherByteAboutEquallyOften) {
  ActionUnderTest action("garbage(255001B)");
  std::array<int, 256> counts{};
  for (const char byte : action.appliedTo("")) ++counts.at(static_cast<unsigned char>(byte));
  counts['\n'] = 1000;
  // Six standard deviations of 1000.
  EXPECT_GT(std::ranges::min(counts), 810);
  EXPECT_LT(std::ranges::max(counts), 1190);
}

TEST(Garbage, FollowsFromTheStreamOfItsFault) {
  EXPECT_EQ(changed("garbage(100)", "a\n"), changed("garbage(100)", "b\n"));
  ActionUnderTest other("garbage(100)");
  other.random = RandomStream(2, "action");
  EXPECT_NE(other.appliedTo("a\n"), changed("garbage(100)", "a\n"));
}

TEST(Duplicate, IsTheReplyTwice) {
  EXPECT_EQ(changed("duplicate", "reply\n"), "reply\nreply\n");
  EXPECT_EQ(changed("duplicate", ""), "");
}

TEST(WrongId, IsFarAboveTheRightOneAndTheRestIsAsItWas) {
  EXPECT_EQ(changed("wrong-id", "7 OK a b\n"), "1000000007 OK a b\n");
  EXPECT_EQ(changed("wrong-id", "0 \n"), "1000000000 \n");
  EXPECT_EQ(changed("wrong-id", "7 OK"), "1000000007 OK");
}

TEST(WrongId, LeavesAReplyWithoutAnIdAsItIs) {
  EXPECT_EQ(changed("wrong-id", "OK a b\n"), "OK a b\n");
  EXPECT_EQ(changed("wrong-id", " 7\n"), " 7\n");
  EXPECT_EQ(changed("wrong-id", "7x OK\n"), "7x OK\n");
  EXPECT_EQ(changed("wrong-id", ""), "");
}

TEST(WrongId, ChangesAReplyThatIsItsIdAlone) {
  EXPECT_EQ(changed("wrong-id", "7\n"), "1000000007\n");
  EXPECT_EQ(changed("wrong-id", "7"), "1000000007");
}

TEST(WrongId, IsNeverAPlausibleOneWhateverTheRightOneWas) {
  EXPECT_EQ(changed("wrong-id", "18446744073709551615 OK"), "18446744072709551615 OK");
  EXPECT_EQ(changed("wrong-id", "18446744072709551615 OK"), "18446744073709551615 OK");
}

}  // namespace
}  // namespace iotcpd::fake
