#include "loadgen/plan/compiled_template.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "common/text/token.h"
#include "loadgen/plan/request_token.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

/// A template with values of its own.
class Filled {
 public:
  explicit Filled(std::string_view text, std::uint64_t seed = 1)
      : template_(text, files_), values_(seed) {}

  RequestLine next() {
    ++values_.sequence;
    return template_.expand(values_);
  }
  std::string text() { return std::string(next().bytes); }

 private:
  LineFiles files_;
  CompiledTemplate template_;
  TemplateValues values_;
};

TEST(CompiledTemplate, EndsInOneNewline) {
  for (const std::string_view text : {"a", "{seq}", "a{seq}", "{seq}a", "{uuid}", "{token}"}) {
    Filled filled(text);
    const std::string line = filled.text();
    EXPECT_EQ(line.find('\n'), line.size() - 1) << text;
  }
}

TEST(CompiledTemplate, WithoutPlaceholdersIsAlwaysTheSameBytes) {
  Filled filled("{{GET}} /x");
  const RequestLine first = filled.next();
  const RequestLine second = filled.next();
  EXPECT_EQ(first.bytes, "{GET} /x\n");
  EXPECT_EQ(first.bytes.data(), second.bytes.data());
  EXPECT_FALSE(second.hasToken);
}

TEST(CompiledTemplate, TheSequenceIsThatOfTheRequest) {
  Filled filled("a{seq}b{seq}");
  EXPECT_EQ(filled.text(), "a1b1\n");
  EXPECT_EQ(filled.text(), "a2b2\n");
}

TEST(CompiledTemplate, RandomNumbersFillTheirRangeEndsIncluded) {
  Filled filled("{rand:7..9}");
  std::multiset<std::string> lines;
  for (int i = 0; i < 9000; ++i) lines.insert(filled.text());
  EXPECT_EQ(std::set(lines.begin(), lines.end()), (std::set<std::string>{"7\n", "8\n", "9\n"}));
  // Six standard deviations.
  for (const char* line : {"7\n", "8\n", "9\n"}) {
    EXPECT_NEAR(static_cast<double>(lines.count(line)), 3000, 270);
  }
  EXPECT_EQ(Filled("{rand:5..5}").text(), "5\n");
  EXPECT_EQ(Filled("{rand:1000000000000..1000000000000}").text(), "1000000000000\n");
}

TEST(CompiledTemplate, UuidsAreOfVersionFourAndDiffer) {
  Filled filled("{uuid}");
  std::set<std::string> uuids;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = filled.text();
    ASSERT_EQ(uuid.size(), 37U);
    for (std::size_t at = 0; at < 36; ++at) {
      const bool isDash = at == 8 || at == 13 || at == 18 || at == 23;
      const std::string accepted = isDash     ? "-"
                                   : at == 14 ? "4"
                                   : at == 19 ? "89ab"
                                              : "0123456789abcdef";
      ASSERT_NE(accepted.find(uuid[at]), std::string::npos) << uuid << " at " << at;
    }
    uuids.insert(uuid);
  }
  EXPECT_EQ(uuids.size(), 1000U);
}

TEST(CompiledTemplate, ATokenIsInTheLineAndToldWithIt) {
  Filled filled("http://x/{token}?{token}", 9);
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    const RequestLine line = filled.next();
    EXPECT_TRUE(line.hasToken);
    EXPECT_EQ(line.token, requestToken(9, sequence));
    const std::string token = formatToken(line.token);
    EXPECT_EQ(line.bytes, "http://x/" + token + "?" + token + "\n");
  }
}

TEST(CompiledTemplate, ATokenInTheTextCountsAsOneAndTheFirstIsExpected) {
  const RequestLine fixed = Filled("a tk_00000000000000ff b").next();
  EXPECT_TRUE(fixed.hasToken);
  EXPECT_EQ(fixed.token, 0xffU);
  Filled both("tk_00000000000000ff {token}");
  EXPECT_EQ(both.next().token, 0xffU);
  EXPECT_FALSE(Filled("tk_00 {seq}").next().hasToken);
}

TEST(CompiledTemplate, AFilesLinesComeInOrderOverAndOver) {
  const TemporaryFile file("one\ntwo\r\n\nthree");
  Filled filled("<{file:" + file.path() + "}>");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(filled.text(), "<one>\n");
    EXPECT_EQ(filled.text(), "<two\r>\n");
    EXPECT_EQ(filled.text(), "<>\n");
    EXPECT_EQ(filled.text(), "<three>\n");
  }
}

TEST(CompiledTemplate, EachMentionOfAFileHasItsOwnPlaceInIt) {
  const TemporaryFile file("a\nb\n");
  const std::string mention = "{file:" + file.path() + "}";
  Filled filled(mention + mention);
  EXPECT_EQ(filled.text(), "aa\n");
  EXPECT_EQ(filled.text(), "bb\n");
}

TEST(CompiledTemplate, ATokenInAFilesLineIsExpected) {
  const TemporaryFile file("tk_0000000000000007\nnone\n");
  Filled filled("{file:" + file.path() + "}");
  EXPECT_EQ(filled.next().token, 7U);
  EXPECT_FALSE(filled.next().hasToken);
}

TEST(CompiledTemplate, AFileThatIsNotThereIsNamed) {
  EXPECT_EQ(planErrorOf([] { Filled("{file:/nowhere/x}"); }),
            "file of requests '/nowhere/x' cannot be used: No such file or directory");
}

TEST(CompiledTemplate, OnePlaceholderDoesNotShiftAnother) {
  Filled alone("{rand:0..999999}");
  Filled accompanied("{uuid} {token} {seq} {rand:0..999999}");
  for (int i = 0; i < 100; ++i) {
    const std::string number = alone.text();
    ASSERT_TRUE(accompanied.text().ends_with(' ' + number));
  }
  Filled uuid("{uuid}");
  Filled later("{rand:1..9}{uuid}");
  EXPECT_EQ(later.text().substr(1), uuid.text());
}

TEST(RequestToken, IsUniqueWithinARunAndAcrossSeeds) {
  std::set<std::uint64_t> tokens;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t sequence = 1; sequence <= 5000; ++sequence) {
      tokens.insert(requestToken(seed, sequence));
    }
  }
  EXPECT_EQ(tokens.size(), 100'000U);
}

}  // namespace
}  // namespace iotcpd::loadgen
