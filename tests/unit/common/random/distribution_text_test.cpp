#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "common/random/distribution.h"
#include "tests/unit/support/random_distribution.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd {
namespace {

using std::chrono::milliseconds;

std::string errorOf(std::string_view text) {
  try {
    static_cast<void>(Distribution::parse(text));
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

TEST(DistributionText, EachKindIsPrintedAsItIsWritten) {
  for (const std::string_view text :
       {"0s", "5ms", "24h", "uniform(1ms, 9ms)", "uniform(5ms, 5ms)", "normal(20ms, 5ms)",
        "exp(10ms)", "lognormal(20ms, p99=80ms)", "pareto(5ms, 1.5)", "weibull(10ms, 0.7)",
        "mix(90%:exp(5ms), 10%:200ms)", "load(5ms, 2ms)"}) {
    EXPECT_EQ(Distribution::parse(text).text(), text);
  }
}

TEST(DistributionText, BlanksMayStandBetweenTheParts) {
  EXPECT_EQ(Distribution::parse(" uniform ( 1ms ,9ms ) ").text(), "uniform(1ms, 9ms)");
  EXPECT_EQ(Distribution::parse("lognormal(20ms,p99 = 80ms)").text(), "lognormal(20ms, p99=80ms)");
  EXPECT_EQ(Distribution::parse("mix( 90% : exp( 5ms ),10%:200ms )").text(),
            "mix(90%:exp(5ms), 10%:200ms)");
}

TEST(DistributionText, TimesArePrintedInTheirShortestForm) {
  EXPECT_EQ(Distribution::parse("1000us").text(), "1ms");
  EXPECT_EQ(Distribution::parse("0").text(), "0s");
}

TEST(DistributionText, AScannerIsLeftAfterTheDistribution) {
  Scanner scanner("exp(5ms)) off");
  static_cast<void>(Distribution::parse(scanner));
  EXPECT_EQ(scanner.rest(), ") off");
}

TEST(DistributionText, EqualTextsAreEqualDistributions) {
  EXPECT_EQ(Distribution::parse("exp(1000us)"), Distribution::parse("exp(1ms)"));
  EXPECT_FALSE(Distribution::parse("exp(1ms)") == Distribution::parse("exp(2ms)"));
  EXPECT_EQ(Distribution(), Distribution::parse("0s"));
  EXPECT_EQ(Distribution(milliseconds(5)), Distribution::parse("5ms"));
}

TEST(DistributionText, OnlyTheConstantZeroIsZero) {
  EXPECT_TRUE(Distribution().isZero());
  EXPECT_FALSE(Distribution::parse("1ns").isZero());
  EXPECT_FALSE(Distribution::parse("uniform(0, 0)").isZero());
}

struct Wrong {
  std::string_view text;
  std::size_t column;
  std::string_view expected;
};

TEST(DistributionText, ErrorsSayWhatIsExpectedAndWhere) {
  constexpr std::string_view kTime = "a time with its unit such as 5ms, at most 24h";
  const std::vector<Wrong> wrongs{
      {"", 1,
       "a time such as 5ms, or uniform, normal, exp, lognormal, pareto, weibull, mix, "
       "empirical or load"},
      {"gamma(5ms)", 1, "a time such as 5ms, or uniform"},
      {"Exp(5ms)", 1, "a time such as 5ms, or uniform"},
      {"5", 1, kTime},
      {"25h", 1, kTime},
      {"5ms x", 5, "nothing more"},
      {"exp", 4, "'('"},
      {"exp(5ms", 8, "')'"},
      {"exp(5ms, 6ms)", 8, "')'"},
      {"exp()", 5, kTime},
      {"exp(0ms)", 5, "a time above 0"},
      {"exp(86400.000000001s)", 5, kTime},
      {"uniform(5ms)", 12, "','"},
      {"uniform(5ms, 4ms)", 9, "the lower time first"},
      {"uniform(5ms, x)", 14, kTime},
      {"normal(5ms)", 11, "','"},
      {"lognormal(5ms, 6ms)", 16, "'p99'"},
      {"lognormal(0s, p99=6ms)", 11, "a time above 0"},
      {"lognormal(5ms, p99 6ms)", 20, "'='"},
      {"lognormal(5ms, p99=5ms)", 20, "a 99th percentile above the median"},
      {"pareto(0, 1)", 8, "a time above 0"},
      {"pareto(5ms, 0.009)", 13, "a number from 0.01 to 1000"},
      {"pareto(5ms, 1001)", 13, "a number from 0.01 to 1000"},
      {"weibull(0, 1)", 9, "a time above 0"},
      {"weibull(5ms, 0)", 14, "a number from 0.01 to 1000"},
      {"weibull(5ms, x)", 14, "a number from 0.01 to 1000"},
      {"mix()", 5, "a share above 0% and at most 100%, such as 2.5%"},
      {"mix(50:5ms)", 5, "a share above 0%"},
      {"mix(50% 5ms)", 9, "':'"},
      {"mix(50%:5ms)", 12, "shares that sum to 100%"},
      {"mix(50%:5ms, 50.0001%:6ms)", 26, "shares that sum to 100%"},
      {"mix(100%:x)", 10, "a time such as 5ms, or"},
      {"empirical()", 11, "the name of a file"},
      {"empirical(/does/not/exist)", 11, "a readable file of times (No such file or directory)"},
      {"load(5ms)", 9, "','"},
  };
  for (const Wrong& wrong : wrongs) {
    const std::string error = errorOf(wrong.text);
    const auto at = fmt::format("at column {}: ", wrong.column);
    EXPECT_TRUE(error.starts_with(fmt::format("expected {}", wrong.expected)))
        << wrong.text << "\n  " << error;
    EXPECT_NE(error.find(at), std::string::npos) << wrong.text << "\n  " << error;
  }
}

TEST(DistributionText, EachLimitIsStillAccepted) {
  for (const std::string_view text :
       {"exp(1ns)", "exp(24h)", "uniform(0, 0)", "normal(0, 0)", "lognormal(1ns, p99=2ns)",
        "pareto(1ns, 0.01)", "pareto(1ns, 1000)", "weibull(1ns, 0.01)", "weibull(1ns, 1000)",
        "mix(100%:0)", "mix(0.0001%:0, 99.9999%:1ms)", "load(0, 0)"}) {
    EXPECT_EQ(errorOf(text), "") << text;
  }
}

std::string nestedMixes(int depth) {
  std::string text = "1ms";
  for (int i = 0; i < depth; ++i) text = "mix(100%:" + text + ")";
  return text;
}

TEST(DistributionText, EightMixesMayBeNestedAndNotNine) {
  EXPECT_EQ(errorOf(nestedMixes(8)), "");
  EXPECT_TRUE(errorOf(nestedMixes(9)).starts_with("expected at most 8 nested mixes at column 73: "))
      << errorOf(nestedMixes(9));
}

TEST(DistributionText, MixesSideBySideAreNotNested) {
  std::string parts = "0.1%:mix(100%:1ms)";
  for (int i = 1; i < 1000; ++i) parts += ", 0.1%:mix(100%:1ms)";
  EXPECT_EQ(errorOf("mix(" + parts + ")"), "");
}

TEST(DistributionText, AnEmpiricalFileHoldsATimeALineAndComments) {
  const TemporaryFile file("# measured\n5ms\n\n7ms\n  \n");
  EXPECT_TRUE(errorOf("empirical(" + file.path() + ")").starts_with("expected a file with at most"))
      << "a line of blanks is no time";
  const TemporaryFile good("# measured\n5ms\n\n7ms \n0\n");
  EXPECT_EQ(Distribution::parse("empirical(" + good.path() + ")").text(),
            "empirical(\"" + good.path() + "\")");
}

TEST(DistributionText, AnEmpiricalFileWithAWrongLineNamesIt) {
  const TemporaryFile file("5ms\nfast\x1b\n");
  const std::string error = errorOf("empirical(" + file.path() + ")");
  EXPECT_TRUE(
      error.starts_with("expected a file with at most 1000000 lines such as 5ms, not "
                        "'fast\\x1b' at column 11: "))
      << error;
}

TEST(DistributionText, AnEmpiricalFileWithoutTimesIsRefused) {
  const TemporaryFile file("# nothing yet\n");
  EXPECT_TRUE(errorOf("empirical(" + file.path() + ")")
                  .starts_with("expected a file with at least one time in it at column 11: "));
}

TEST(DistributionText, AMillionTimesAreAcceptedAndNotOneMore) {
  std::string content;
  for (int i = 0; i < 1'000'000; ++i) content += "1s\n";
  {
    const TemporaryFile file(content);
    EXPECT_EQ(errorOf("empirical(" + file.path() + ")"), "");
  }
  const TemporaryFile file(content + "1s\n");
  EXPECT_NE(errorOf("empirical(" + file.path() + ")"), "");
}

TEST(DistributionText, WhatIsPrintedReadsBackAsTheSameDistribution) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    const std::string written = randomDistributionText(random);
    const Distribution first = Distribution::parse(written);
    ASSERT_EQ(first.text(), written);
    const Distribution second = Distribution::parse(first.text());
    RandomStream ofFirst(seed, "draws");
    RandomStream ofSecond(seed, "draws");
    for (std::uint64_t draw = 1; draw <= 5; ++draw) {
      ASSERT_EQ(first.sample(ofFirst, draw), second.sample(ofSecond, draw)) << written;
    }
  }
}

}  // namespace
}  // namespace iotcpd
