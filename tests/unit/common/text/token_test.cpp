#include "common/text/token.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

TEST(FormatToken, HasSixteenLowerCaseDigitsWhateverTheNumber) {
  EXPECT_EQ(formatToken(0), "tk_0000000000000000");
  EXPECT_EQ(formatToken(0xABCDEF), "tk_0000000000abcdef");
  EXPECT_EQ(formatToken(UINT64_MAX), "tk_ffffffffffffffff");
  EXPECT_EQ(formatToken(1).size(), kTokenBytes);
}

TEST(FindToken, IsThePartOfTheTextItself) {
  const std::string text = "http://h/tk_0123456789abcdef?q 10.0.0.1/- - GET";
  const std::string_view token = findToken(text);
  EXPECT_EQ(token, "tk_0123456789abcdef");
  EXPECT_EQ(token.data(), text.data() + 9);
}

TEST(FindToken, TakesTheFirstOfSeveral) {
  EXPECT_EQ(findToken(formatToken(7) + formatToken(8)), formatToken(7));
}

TEST(FindToken, GoesPastWhatOnlyLooksLikeOne) {
  EXPECT_EQ(findToken("tk_tk_" + formatToken(7)), formatToken(7));
  EXPECT_EQ(findToken("tk_0123456789ABCDEF " + formatToken(7)), formatToken(7));
  EXPECT_EQ(findToken("tk_012345678 " + formatToken(7)), formatToken(7));
}

TEST(FindToken, FindsNothingInWhatIsTooShortOrNoToken) {
  EXPECT_EQ(findToken(""), "");
  EXPECT_EQ(findToken("tk_"), "");
  EXPECT_EQ(findToken("tk_0123456789abcde"), "");
  EXPECT_EQ(findToken("tk_0123456789abcdeg"), "");
  EXPECT_EQ(findToken("TK_0123456789abcdef"), "");
}

TEST(FindToken, LeavesOutWhatFollowsTheSixteenDigits) {
  EXPECT_EQ(findToken("tk_0123456789abcdef0"), "tk_0123456789abcdef");
}

}  // namespace
}  // namespace iotcpd
