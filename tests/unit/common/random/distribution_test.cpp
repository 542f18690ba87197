#include "common/random/distribution.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/temporary_file.h"

namespace iotcpd {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t kDraws = 100'000;
constexpr double kMs = 1e6;

/// P(time <= ns), in nanoseconds.
using Cdf = std::function<double(double ns)>;

std::vector<Nanoseconds> draw(std::string_view text, std::uint64_t seed,
                              std::uint64_t outstanding = 1) {
  const Distribution distribution = Distribution::parse(text);
  RandomStream stream(seed, "draws");
  std::vector<Nanoseconds> draws(kDraws);
  for (Nanoseconds& time : draws) time = distribution.sample(stream, outstanding);
  return draws;
}

/// Kolmogorov and Smirnov's distance. Draws are rounded to the nanosecond, so that those at most n
/// are those below n + 0.5; ties and atoms need no care then.
double distance(std::vector<Nanoseconds> draws, const Cdf& cdf) {
  std::ranges::sort(draws);
  const auto count = static_cast<double>(draws.size());
  double most = 0;
  for (std::size_t i = 0; i < draws.size();) {
    const auto ns = static_cast<double>(draws[i].count());
    most = std::max(most, std::abs(static_cast<double>(i) / count - cdf(ns - 0.5)));
    while (i < draws.size() && static_cast<double>(draws[i].count()) == ns) ++i;
    most = std::max(most, std::abs(static_cast<double>(i) / count - cdf(ns + 0.5)));
  }
  return most;
}

/// Exceeded by one right sample in ten thousand: sqrt(-ln(alpha / 2) / 2 / n).
const double kFurthest = std::sqrt(-std::log(1e-4 / 2) / 2 / static_cast<double>(kDraws));

void expectDistribution(std::string_view text, const Cdf& cdf) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    EXPECT_LT(distance(draw(text, seed), cdf), kFurthest) << text << ", seed " << seed;
  }
}

double normalCdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }
double expCdf(double ns, double mean) { return ns <= 0 ? 0 : 1 - std::exp(-ns / mean); }

TEST(Distribution, UniformFollowsItsLaw) {
  expectDistribution("uniform(1ms, 9ms)",
                     [](double ns) { return std::clamp((ns - 1 * kMs) / (8 * kMs), 0.0, 1.0); });
}

TEST(Distribution, NormalFollowsItsLaw) {
  expectDistribution("normal(20ms, 2ms)",
                     [](double ns) { return normalCdf((ns - 20 * kMs) / (2 * kMs)); });
}

TEST(Distribution, WhatANormalDrawsBelowZeroIsZero) {
  expectDistribution("normal(5ms, 5ms)",
                     [](double ns) { return ns < 0 ? 0 : normalCdf((ns - 5 * kMs) / (5 * kMs)); });
  const std::vector<Nanoseconds> draws = draw("normal(5ms, 5ms)", 1);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(draws, Nanoseconds(0))) / kDraws,
              normalCdf(-1), 0.006);
}

TEST(Distribution, ExponentialFollowsItsLaw) {
  expectDistribution("exp(10ms)", [](double ns) { return expCdf(ns, 10 * kMs); });
}

TEST(Distribution, TheTestSeesAMeanThatIsThreePercentOff) {
  EXPECT_GT(distance(draw("exp(10.3ms)", 1), [](double ns) { return expCdf(ns, 10 * kMs); }),
            kFurthest);
}

TEST(Distribution, LogNormalFollowsItsLaw) {
  const double sigma = std::log(4) / 2.3263478740408408;
  expectDistribution("lognormal(20ms, p99=80ms)", [sigma](double ns) {
    return ns <= 0 ? 0 : normalCdf(std::log(ns / (20 * kMs)) / sigma);
  });
}

TEST(Distribution, TheMedianAndThe99thPercentileOfALogNormalAreThoseGiven) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<Nanoseconds> draws = draw("lognormal(3ms, p99=700ms)", seed);
    const auto share = [&](Nanoseconds most) {
      return static_cast<double>(
                 std::ranges::count_if(draws, [most](Nanoseconds time) { return time <= most; })) /
             kDraws;
    };
    // Six standard deviations of a share of 100,000.
    EXPECT_NEAR(share(milliseconds(3)), 0.5, 0.0095) << "seed " << seed;
    EXPECT_NEAR(share(milliseconds(700)), 0.99, 0.0019) << "seed " << seed;
  }
}

TEST(Distribution, ParetoFollowsItsLaw) {
  expectDistribution("pareto(5ms, 1.5)",
                     [](double ns) { return ns < 5 * kMs ? 0 : 1 - std::pow(5 * kMs / ns, 1.5); });
}

TEST(Distribution, WeibullFollowsItsLaw) {
  expectDistribution("weibull(10ms, 0.7)", [](double ns) {
    return ns <= 0 ? 0 : 1 - std::exp(-std::pow(ns / (10 * kMs), 0.7));
  });
}

TEST(Distribution, AMixDrawsEachPartByItsShare) {
  expectDistribution("mix(70%:exp(5ms), 10%:200ms, 20%:uniform(0, 1ms))", [](double ns) {
    return 0.7 * expCdf(ns, 5 * kMs) + (ns >= 200 * kMs ? 0.1 : 0) +
           0.2 * std::clamp(ns / kMs, 0.0, 1.0);
  });
}

TEST(Distribution, AMixInAMixKeepsItsShares) {
  expectDistribution("mix(50%:mix(50%:1ms, 50%:2ms), 50%:3ms)", [](double ns) {
    return (ns >= kMs ? 0.25 : 0) + (ns >= 2 * kMs ? 0.25 : 0) + (ns >= 3 * kMs ? 0.5 : 0);
  });
}

TEST(Distribution, EmpiricalDrawsEachLineEquallyOftenAndNothingElse) {
  const TemporaryFile file("1ms\n2ms\n2ms\n30ms\n4s\n");
  const std::vector<Nanoseconds> draws = draw("empirical(" + file.path() + ")", 4);
  std::map<Nanoseconds, double> counts;
  for (const Nanoseconds time : draws) ++counts[time];
  const std::map<Nanoseconds, double> lines{
      {milliseconds(1), 1}, {milliseconds(2), 2}, {milliseconds(30), 1}, {milliseconds(4000), 1}};
  ASSERT_EQ(counts.size(), lines.size());
  double chiSquare = 0;
  for (const auto& [time, count] : lines) {
    const double expected = count * kDraws / 5;
    chiSquare += (counts[time] - expected) * (counts[time] - expected) / expected;
  }
  // Three degrees of freedom: exceeded by one right sample in ten thousand.
  EXPECT_LT(chiSquare, 21.1) << "seed 4";
}

TEST(Distribution, LoadGrowsWithWhatIsOutstanding) {
  const Distribution load = Distribution::parse("load(5ms, 2ms)");
  RandomStream stream(1, "draws");
  EXPECT_EQ(load.sample(stream, 0), milliseconds(5));
  EXPECT_EQ(load.sample(stream, 1), milliseconds(7));
  EXPECT_EQ(load.sample(stream), milliseconds(7));
  EXPECT_EQ(load.sample(stream, 10), milliseconds(25));
}

TEST(Distribution, AMixHandsDownWhatIsOutstanding) {
  RandomStream stream(1, "draws");
  EXPECT_EQ(Distribution::parse("mix(100%:load(0, 1ms))").sample(stream, 9), milliseconds(9));
}

TEST(Distribution, AConstantIsAlwaysTheSame) {
  RandomStream stream(1, "draws");
  const Distribution constant = Distribution::parse("5ms");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(constant.sample(stream, 100), milliseconds(5));
}

TEST(Distribution, ADrawAboveADayIsADay) {
  RandomStream stream(1, "draws");
  EXPECT_EQ(Distribution::parse("load(1h, 1h)").sample(stream, 23), hours(24));
  EXPECT_EQ(Distribution::parse("load(1h, 1h)").sample(stream, 24), hours(24));
  EXPECT_EQ(Distribution::parse("load(1h, 1h)").sample(stream, 22), hours(23));
  EXPECT_EQ(Distribution::parse("load(1h, 24h)").sample(stream, UINT64_MAX), hours(24));
  for (const std::string_view text : {"pareto(1h, 0.01)", "weibull(1h, 0.01)", "exp(24h)",
                                      "normal(24h, 24h)", "lognormal(1ns, p99=24h)"}) {
    const std::vector<Nanoseconds> draws = draw(text, 1);
    const auto [least, most] = std::ranges::minmax(draws);
    EXPECT_GE(least, Nanoseconds(0)) << text;
    EXPECT_LE(most, hours(24)) << text;
  }
  EXPECT_EQ(std::ranges::max(draw("pareto(1h, 0.01)", 1)), hours(24));
}

TEST(Distribution, HowManyNumbersADrawTakesDependsOnItsKindAlone) {
  const std::map<std::string_view, int> numbers{
      {"5ms", 0},
      {"load(5ms, 2ms)", 0},
      {"uniform(1ms, 1ms)", 1},
      {"normal(0, 5ms)", 2},
      {"exp(10ms)", 1},
      {"lognormal(20ms, p99=80ms)", 2},
      {"pareto(5ms, 1.5)", 1},
      {"weibull(10ms, 0.7)", 1},
      {"mix(100%:5ms)", 1},
      {"mix(100%:normal(5ms, 1ms))", 3},
  };
  for (const auto& [text, count] : numbers) {
    const Distribution distribution = Distribution::parse(text);
    RandomStream stream(9, "draws");
    RandomStream counted(9, "draws");
    for (int draw = 0; draw < 100; ++draw) {
      static_cast<void>(distribution.sample(stream, 1));
      for (int i = 0; i < count; ++i) static_cast<void>(counted.next());
    }
    EXPECT_EQ(stream.next(), counted.next()) << text;
  }
}

TEST(Distribution, TheSameSeedGivesTheSameDraws) {
  EXPECT_EQ(draw("lognormal(20ms, p99=80ms)", 5), draw("lognormal(20ms, p99=80ms)", 5));
  EXPECT_NE(draw("lognormal(20ms, p99=80ms)", 5), draw("lognormal(20ms, p99=80ms)", 6));
}

}  // namespace
}  // namespace iotcpd
