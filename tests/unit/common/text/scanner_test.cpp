#include "common/text/scanner.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace std::string_view_literals;

/// What a reading throws, as "COLUMN: MESSAGE UP TO THE COLUMN"; empty when it throws nothing.
std::string errorOf(std::string_view text, const std::function<void(Scanner&)>& read) {
  Scanner scanner(text);
  try {
    read(scanner);
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

TEST(SyntaxError, SaysWhatWasExpectedAndMarksThePlaceFromColumnOne) {
  const SyntaxError error("every() off", 6, "a count");
  EXPECT_STREQ(error.what(), "expected a count at column 7: every(<-- HERE ) off");
  EXPECT_EQ(error.position(), 6U);
}

TEST(SyntaxError, MarksTheStartAndTheEndOfAText) {
  EXPECT_STREQ(SyntaxError("ab", 0, "c").what(), "expected c at column 1: <-- HERE ab");
  EXPECT_STREQ(SyntaxError("ab", 2, "c").what(), "expected c at column 3: ab<-- HERE ");
  EXPECT_STREQ(SyntaxError("", 0, "c").what(), "expected c at column 1: <-- HERE ");
}

TEST(SyntaxError, APlaceBeyondTheTextIsItsEnd) {
  EXPECT_STREQ(SyntaxError("ab", 9, "c").what(), "expected c at column 3: ab<-- HERE ");
}

TEST(SyntaxError, ControlBytesCannotSteerATerminal) {
  EXPECT_STREQ(SyntaxError("a\n\x1b[m", 2, "c").what(),
               "expected c at column 3: a\\x0a<-- HERE \\x1b[m");
}

TEST(SyntaxError, OfALongTextOnlySixtyBytesOnEachSideAreShown) {
  const std::string left(60, 'l');
  const std::string right(60, 'r');
  EXPECT_EQ(SyntaxError(left + right, 60, "c").what(),
            "expected c at column 61: " + left + "<-- HERE " + right);
  EXPECT_EQ(SyntaxError("L" + left + right + "R", 61, "c").what(),
            "expected c at column 62: ..." + left + "<-- HERE " + right + "...");
}

TEST(Scanner, StandsWhereItHasReadTo) {
  Scanner scanner("ab cd");
  EXPECT_EQ(scanner.peekWord(), "ab");
  EXPECT_EQ(scanner.position(), 0U);
  EXPECT_EQ(scanner.word(), "ab");
  EXPECT_EQ(scanner.position(), 2U);
  EXPECT_EQ(scanner.rest(), " cd");
  EXPECT_EQ(scanner.peek(), ' ');
  scanner.skipBlanks();
  EXPECT_FALSE(scanner.skip("ce"));
  EXPECT_EQ(scanner.position(), 3U);
  EXPECT_TRUE(scanner.skip("cd"));
  EXPECT_TRUE(scanner.atEnd());
  EXPECT_EQ(scanner.peek(), '\0');
}

TEST(Scanner, BlanksAreSpacesAndTabsAlone) {
  Scanner scanner(" \t\n");
  scanner.skipBlanks();
  EXPECT_EQ(scanner.position(), 2U);
}

TEST(Scanner, AWordIsMadeOfLettersDigitsDashAndUnderscore) {
  Scanner scanner("aZ-09_.b");
  EXPECT_EQ(scanner.word(), "aZ-09_");
  EXPECT_EQ(scanner.word(), "");
}

TEST(Scanner, ExpectAllowsBlanksOnBothSidesAndMarksThePlaceAfterThem) {
  Scanner scanner(" = b");
  scanner.expect("=");
  EXPECT_EQ(scanner.rest(), "b");
  EXPECT_EQ(errorOf("  b", [](Scanner& s) { s.expect("="); }),
            "expected '=' at column 3:   <-- HERE b");
}

TEST(Scanner, ExpectEndLetsOnlyBlanksFollow) {
  EXPECT_EQ(errorOf(" \t", [](Scanner& s) { s.expectEnd(); }), "");
  EXPECT_EQ(errorOf(" x", [](Scanner& s) { s.expectEnd(); }),
            "expected nothing more at column 2:  <-- HERE x");
}

TEST(Scanner, CountsStayWithinTheirLimits) {
  const auto count = [](std::string_view text) { return Scanner(text).count(3, 12); };
  EXPECT_EQ(count("3"), 3U);
  EXPECT_EQ(count("12"), 12U);
  EXPECT_EQ(count("012x"), 12U);
  for (const std::string_view wrong : {"2", "13", "", "-4", "x", "99999999999999999999999"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { s.count(3, 12); }),
              "expected a whole number from 3 to 12 at column 1: <-- HERE " + std::string(wrong));
  }
}

TEST(Scanner, TheLargestCountIsThatOf64Bits) {
  EXPECT_EQ(Scanner("18446744073709551615").count(0, UINT64_MAX), UINT64_MAX);
  EXPECT_NE(errorOf("18446744073709551616", [](Scanner& s) { s.count(0, UINT64_MAX); }), "");
}

TEST(Scanner, DurationsHaveAUnitAndAreADayAtTheMost) {
  const auto duration = [](std::string_view text) { return Scanner(text).duration(); };
  EXPECT_EQ(duration("5ms"), milliseconds(5));
  EXPECT_EQ(duration("1.5us"), Nanoseconds(1500));
  EXPECT_EQ(duration("0"), Nanoseconds(0));
  EXPECT_EQ(duration("0s"), Nanoseconds(0));
  EXPECT_EQ(duration("24h"), hours(24));
  EXPECT_EQ(duration("1440m,"), hours(24));
  for (const std::string_view wrong : {"5", "1", "0.5", "86400.000000001s", "24.1h", "25h", "",
                                       "-1ms", "5 ms", "5MS", "1.5ns", "ms", "1d"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { s.duration(); }),
              "expected a time with its unit such as 5ms, at most 24h at column 1: <-- HERE " +
                  std::string(wrong));
  }
}

TEST(Scanner, SizesAreFromOneByteToTheirLimit) {
  const auto size = [](std::string_view text) { return Scanner(text).size(64UL * 1024); };
  EXPECT_EQ(size("1"), 1U);
  EXPECT_EQ(size("1B"), 1U);
  EXPECT_EQ(size("1.5KiB"), 1536U);
  EXPECT_EQ(size("64KiB)"), 65536U);
  EXPECT_EQ(size("64k"), 65536U);
  for (const std::string_view wrong :
       {"0", "65537", "65KiB", "1GiB", "", "-1", "0.5B", "x", "KiB"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { s.size(64UL * 1024); }),
              "expected a size from 1B to 64KiB at column 1: <-- HERE " + std::string(wrong));
  }
}

TEST(Scanner, NumbersArePlainDecimalsWithinTheirLimits) {
  const auto number = [](std::string_view text) { return Scanner(text).number(0.5, 20); };
  EXPECT_EQ(number("0.5"), 0.5);
  EXPECT_EQ(number("20"), 20);
  EXPECT_EQ(number("1.25)"), 1.25);
  for (const std::string_view wrong : {"0.49", "20.01", "", "-1", "1.2.3", ".", "inf", "nan"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { s.number(0.5, 20); }),
              "expected a number from 0.5 to 20 at column 1: <-- HERE " + std::string(wrong));
  }
}

TEST(Scanner, ANumberHasNoExponent) {
  Scanner scanner("1e1");
  EXPECT_EQ(scanner.number(0.5, 20), 1);
  EXPECT_EQ(scanner.rest(), "e1");
}

TEST(Scanner, SharesAreAboveZeroAndAtMostAWholeWithFourDecimals) {
  const auto share = [](std::string_view text) { return Scanner(text).share().millionths; };
  EXPECT_EQ(share("2%"), 20'000U);
  EXPECT_EQ(share("2.5%"), 25'000U);
  EXPECT_EQ(share("0.0001%"), 1U);
  EXPECT_EQ(share("100%"), 1'000'000U);
  EXPECT_EQ(share("100.0000%x"), 1'000'000U);
  for (const std::string_view wrong :
       {"0%", "0.0000%", "0.00001%", "100.0001%", "101%", "2", "%", "", "-1%", "2 %"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { static_cast<void>(s.share()); }),
              "expected a share above 0% and at most 100%, such as 2.5% at column 1: <-- HERE " +
                  std::string(wrong));
  }
}

TEST(FormatShare, IsTheShortestTextThatReadsBack) {
  EXPECT_EQ(formatShare({20'000}), "2%");
  EXPECT_EQ(formatShare({5'000}), "0.5%");
  EXPECT_EQ(formatShare({1}), "0.0001%");
  EXPECT_EQ(formatShare({100'000}), "10%");
  EXPECT_EQ(formatShare({1'000'000}), "100%");
  TestRandom random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Share share{static_cast<std::uint32_t>(1 + random.below(Share::kWhole))};
    const std::string text = formatShare(share);
    ASSERT_EQ(Scanner(text).share(), share) << text;
  }
}

TEST(Scanner, BareTextEndsAtACommaOrABracketAndLosesItsBlanks) {
  Scanner scanner("so it is \t, next)");
  EXPECT_EQ(scanner.text("a text"), "so it is");
  EXPECT_EQ(scanner.rest(), ", next)");
  EXPECT_EQ(Scanner("a\"b\\n)").text("a text"), "a\"b\\n");
}

TEST(Scanner, BareTextIsNotEmptyAndQuotedTextMayBe) {
  for (const std::string_view wrong : {"", ")", ",x", "  )"}) {
    EXPECT_EQ(errorOf(wrong, [](Scanner& s) { s.text("a text"); }),
              "expected a text at column 1: <-- HERE " + std::string(wrong));
  }
  EXPECT_EQ(Scanner("\"\"").text("a text"), "");
}

TEST(Scanner, QuotedTextMayHoldWhatEndsABareOne) {
  Scanner scanner(R"("a, b) \"c\" \\ \n\t\x41\xfF" rest)");
  EXPECT_EQ(scanner.text("a text"), "a, b) \"c\" \\ \n\tA\xff");
  EXPECT_EQ(scanner.rest(), " rest");
}

TEST(Scanner, AQuoteThatIsNotClosedIsMarkedWhereItOpens) {
  Scanner scanner("x \"abc");
  static_cast<void>(scanner.word());
  scanner.skipBlanks();
  EXPECT_THROW(
      {
        try {
          scanner.text("a text");
        } catch (const SyntaxError& e) {
          EXPECT_STREQ(e.what(),
                       "expected a closing '\"' to this one at column 3: x <-- HERE \"abc");
          throw;
        }
      },
      SyntaxError);
}

TEST(Scanner, EscapesThatAreNoneAreMarkedAtTheirBackslash) {
  for (const std::string_view wrong :
       {R"("ab\q")", R"("ab\x4")", R"("ab\x4g")", R"("ab\x)", R"("ab\)", R"("ab\X41")"}) {
    const std::string error = errorOf(wrong, [](Scanner& s) { s.text("a text"); });
    EXPECT_TRUE(error.starts_with(R"(expected one of \" \\ \n \t \xNN at column 4: "ab<-- HERE )"))
        << error;
  }
}

TEST(QuoteText, ReadsBackWhateverTheBytes) {
  EXPECT_EQ(quoteText("a\"\\\n\x7f\xe9"sv), "\"a\\\"\\\\\\x0a\\x7f\xe9\"");
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    std::string bytes(random.below(12), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    const std::string quoted = quoteText(bytes);
    EXPECT_EQ(quoted.find('\n'), std::string::npos);
    Scanner scanner(quoted);
    ASSERT_EQ(scanner.text("a text"), bytes) << quoted;
    ASSERT_TRUE(scanner.atEnd()) << quoted;
  }
}

TEST(Scanner, OnlyBeforeTheDelimiterDoesABackslashSayAnything) {
  const auto pattern = [](std::string_view text) {
    return Scanner(text).delimited('/', "a pattern");
  };
  EXPECT_EQ(pattern(R"(/a\/b/)"), "a/b");
  EXPECT_EQ(pattern(R"(/a\.b/)"), R"(a\.b)");
  EXPECT_EQ(pattern(R"(/a\\/b/)"), R"(a\\)");
  EXPECT_EQ(pattern("//x"), "");
  Scanner scanner("/a/b/");
  EXPECT_EQ(scanner.delimited('/', "a pattern"), "a");
  EXPECT_EQ(scanner.rest(), "b/");
}

TEST(Scanner, DelimitedTextNeedsBothDelimiters) {
  const auto read = [](Scanner& s) { s.delimited('/', "a pattern"); };
  EXPECT_EQ(errorOf("a/", read), "expected a pattern at column 1: <-- HERE a/");
  EXPECT_EQ(errorOf("/a", read), "expected a closing '/' to this one at column 1: <-- HERE /a");
  EXPECT_EQ(errorOf(R"(/a\/)", read),
            R"(expected a closing '/' to this one at column 1: <-- HERE /a\/)");
  EXPECT_EQ(errorOf(R"(/a\)", read),
            R"(expected a closing '/' to this one at column 1: <-- HERE /a\)");
  EXPECT_EQ(errorOf("", read), "expected a pattern at column 1: <-- HERE ");
}

TEST(Scanner, AWordEndsBeforeAnArrow) {
  Scanner scanner("no-newline->off");
  EXPECT_EQ(scanner.peekWord(), "no-newline");
  EXPECT_EQ(scanner.word(), "no-newline");
  EXPECT_EQ(scanner.rest(), "->off");
  EXPECT_EQ(Scanner("a- >").word(), "a-");
  EXPECT_EQ(Scanner("a--").word(), "a--");
}

}  // namespace
}  // namespace iotcpd
