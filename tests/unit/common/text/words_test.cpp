#include "common/text/words.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

using List = std::vector<std::string>;

/// The words of a text that can be split.
List wordsOf(std::string_view text) {
  const Words result = splitWords(text);
  EXPECT_EQ(result.error, "") << text;
  return result.words;
}

std::string errorOf(std::string_view text) {
  const Words result = splitWords(text);
  EXPECT_TRUE(result.words.empty()) << text;
  return result.error;
}

TEST(SplitWords, SeparatesAtBlanksAndNewlines) {
  EXPECT_EQ(wordsOf("cat -u"), (List{"cat", "-u"}));
  EXPECT_EQ(wordsOf(" \tcat\n\n -u \n"), (List{"cat", "-u"}));
  EXPECT_EQ(wordsOf(""), List{});
  EXPECT_EQ(wordsOf(" \n\t "), List{});
}

TEST(SplitWords, TakesOtherWhiteSpaceAsData) {
  EXPECT_EQ(wordsOf("a\rb\vc\fd"), List{"a\rb\vc\fd"});
}

TEST(SplitWords, TakesEverythingInSingleQuotesLiterally) {
  EXPECT_EQ(wordsOf(R"('a b' 'c\' 'd"e' '$x`')"), (List{"a b", "c\\", "d\"e", "$x`"}));
}

TEST(SplitWords, KeepsTheBackslashInDoubleQuotesExceptBeforeFourCharactersAndNewline) {
  EXPECT_EQ(wordsOf(R"("\$ \` \" \\")"), List{"$ ` \" \\"});
  EXPECT_EQ(wordsOf(R"("\a \' \n \ ")"), List{R"(\a \' \n \ )"});
  EXPECT_EQ(wordsOf("\"a\\\nb\""), List{"ab"});
}

TEST(SplitWords, TakesTheCharacterAfterABackslashLiterally) {
  EXPECT_EQ(wordsOf(R"(a\ b \' \" \\ \$)"), (List{"a b", "'", "\"", "\\", "$"}));
}

TEST(SplitWords, JoinsLinesAtBackslashNewline) {
  EXPECT_EQ(wordsOf("a\\\nb"), List{"ab"});
  EXPECT_EQ(wordsOf("a \\\n b"), (List{"a", "b"}));
  EXPECT_EQ(wordsOf("\\\n"), List{});
}

TEST(SplitWords, JoinsAdjacentPieces) {
  EXPECT_EQ(wordsOf(R"(a'b c'"d e"\ f)"), List{"ab cd e f"});
}

TEST(SplitWords, MakesAnEmptyWordOfEmptyQuotes) {
  EXPECT_EQ(wordsOf(R"('' "" a'')"), (List{"", "", "a"}));
}

TEST(SplitWords, ExpandsNothing) {
  EXPECT_EQ(wordsOf("$HOME *.txt ~ #x `id` {a,b} a;b|c&d"),
            (List{"$HOME", "*.txt", "~", "#x", "`id`", "{a,b}", "a;b|c&d"}));
}

TEST(SplitWords, NamesTheQuoteThatIsNotClosedAndItsColumn) {
  EXPECT_EQ(errorOf("cat 'a b"), "unterminated ' quote at column 5");
  EXPECT_EQ(errorOf("cat \"a' b"), "unterminated \" quote at column 5");
  EXPECT_EQ(errorOf("\"a\\\""), "unterminated \" quote at column 1");
  EXPECT_EQ(errorOf("'a' '"), "unterminated ' quote at column 5");
  EXPECT_EQ(errorOf("\"a\\"), "unterminated \" quote at column 1");
}

TEST(SplitWords, RefusesABackslashWithNothingAfterIt) {
  EXPECT_EQ(errorOf("cat \\"), "nothing after the backslash at column 5");
  EXPECT_EQ(wordsOf("cat \\\\"), (List{"cat", "\\"}));
}

TEST(JoinWords, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(joinWords({"cat", "-u", "/a_b/c.d:1,2=3@4%5+6"}), "cat -u /a_b/c.d:1,2=3@4%5+6");
  EXPECT_EQ(joinWords({"a b", "", "it's", "$x", "#", "~", "\n"}),
            "'a b' '' 'it'\\''s' '$x' '#' '~' '\n'");
  EXPECT_EQ(joinWords({}), "");
  EXPECT_EQ(joinWords({"", "a"}), "'' a");
}

TEST(JoinWords, IsSplitIntoTheSameWords) {
  constexpr std::string_view kAlphabet = "ab \t\n'\"\\$`#~*-=;\xc3\xa9\x01";
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    List words(random.below(6));
    for (std::string& word : words) {
      const std::size_t length = random.below(8);
      for (std::size_t i = 0; i < length; ++i) word += kAlphabet[random.below(kAlphabet.size())];
    }
    const std::string text = joinWords(words);
    ASSERT_EQ(wordsOf(text), words) << text;
  }
}

}  // namespace
}  // namespace iotcpd
