#include "loadgen/plan/template_parser.h"

#include <gtest/gtest.h>

#include "loadgen/plan/request_template.h"
#include "tests/unit/loadgen/plan/refusals.h"

namespace iotcpd::loadgen {
namespace {

using Kind = TemplatePiece::Kind;

std::vector<TemplatePiece> piecesOf(std::string_view text) {
  Scanner scanner(text);
  return parseTemplate(scanner);
}

TEST(TemplateParser, TakesATemplateApart) {
  const std::vector<TemplatePiece> pieces =
      piecesOf("a{seq}{rand:1..100} b{file:/x y}{uuid}{token}");
  ASSERT_EQ(pieces.size(), 7U);
  EXPECT_EQ(pieces[0].text, "a");
  EXPECT_EQ(pieces[1].kind, Kind::kSequence);
  EXPECT_EQ(pieces[2].kind, Kind::kRandom);
  EXPECT_EQ(pieces[2].least, 1U);
  EXPECT_EQ(pieces[2].most, 100U);
  EXPECT_EQ(pieces[3].text, " b");
  EXPECT_EQ(pieces[4].kind, Kind::kFile);
  EXPECT_EQ(pieces[4].text, "/x y");
  EXPECT_EQ(pieces[5].kind, Kind::kUuid);
  EXPECT_EQ(pieces[6].kind, Kind::kToken);
}

TEST(TemplateParser, DoubledBracesAreBraces) {
  const std::vector<TemplatePiece> pieces = piecesOf(R"({{"a": {{}}}})");
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].kind, Kind::kText);
  EXPECT_EQ(pieces[0].text, R"({"a": {}})");
  EXPECT_EQ(piecesOf("{{{seq}}}").size(), 3U);
}

TEST(TemplateParser, RefusesAtThePlaceThatIsWrong) {
  expectRefusals(
      {
          {"", 1, "a request"},
          {"http://x/{id}", 10, "{seq}, {uuid}, {rand:1..100}, {token}, {file:PATH}, or '{{'"},
          {"a{seq", 2, "{seq}, {uuid}"},
          {"a{", 2, "{seq}, {uuid}"},
          {"a}b", 2, "'}}' for a brace that closes nothing"},
          {"a\nb", 2, "a request of one line"},
          {"a\n", 2, "a request of one line"},
          {"{rand:}", 7, "a whole number from 0 to 1000000000000"},
          {"{rand:5}", 8, "'..' between the least number and the most"},
          {"{rand:5..4}", 10, "a whole number from 5 to 1000000000000"},
          {"{rand:0..1000000000001}", 10, "a whole number from 0 to 1000000000000"},
          {"{rand:1..2", 11, "'}'"},
          {"a{file:}", 8, "the path of a file"},
          {"a{file:x", 2, "a closing '}' to this '{'"},
          {"a{file:x\n}", 2, "a closing '}' to this '{'"},
      },
      piecesOf);
}

TEST(TemplateParser, ATemplateHasItsLimits) {
  std::string placeholders;
  for (int i = 0; i < 100; ++i) placeholders += "{seq}";
  EXPECT_EQ(piecesOf(placeholders).size(), 100U);
  const std::string oneMore = placeholders + "{seq}";
  expectRefusals({{oneMore, 501, "at most 100 placeholders"}}, piecesOf);
  const std::string longest(64UL * 1024, 'x');
  EXPECT_EQ(piecesOf(longest).size(), 1U);
  const std::string longer = longest + 'x';
  expectRefusals({{longer, 1, "a request template of at most 64KiB"}}, piecesOf);
}

TEST(WeightedTemplate, HasAWeightWhenItBeginsWithDigitsAndAColon) {
  const auto expectTemplate = [](std::string_view text, std::uint64_t weight,
                                 std::string_view rest) {
    const WeightedTemplate weighted = parseWeightedTemplate(text);
    EXPECT_EQ(weighted.weight, weight) << text;
    EXPECT_EQ(weighted.text, rest);
  };
  expectTemplate("3:http://x/{seq}", 3, "http://x/{seq}");
  expectTemplate("http://x:80/", 1, "http://x:80/");
  expectTemplate("30", 1, "30");
  expectTemplate(":30", 1, ":30");
  expectTemplate("1:127:x", 1, "127:x");
  expectTemplate("1000000:x", 1'000'000, "x");
}

TEST(WeightedTemplate, IsCheckedAndMarkedInTheTextGiven) {
  expectRefusals({{"3:a{b}", 4, "{seq}, {uuid}"},
                  {"0:a", 1, "a whole number from 1 to 1000000"},
                  {"1000001:a", 1, "a whole number from 1 to 1000000"},
                  {"3:", 3, "a request"},
                  {"", 1, "a request"}},
                 parseWeightedTemplate);
}

}  // namespace
}  // namespace iotcpd::loadgen
