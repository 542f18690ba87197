#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "loadgen/plan/rate_schedule.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

ArrivalClock clockOf(std::string_view text, Arrivals arrivals = Arrivals::kConstant,
                     std::uint64_t seed = 1) {
  return {RateSchedule::parse(text), arrivals, RandomStream(seed, "arrivals")};
}

std::vector<Nanoseconds> firstOf(std::string_view text, std::size_t count,
                                 Arrivals arrivals = Arrivals::kConstant, std::uint64_t seed = 1) {
  ArrivalClock clock = clockOf(text, arrivals, seed);
  std::vector<Nanoseconds> times;
  while (times.size() < count) {
    const std::optional<Nanoseconds> due = clock.next();
    if (!due) break;
    times.push_back(*due);
  }
  return times;
}

std::vector<Nanoseconds> ns(std::initializer_list<std::int64_t> counts) {
  return {counts.begin(), counts.end()};
}

TEST(ConstantArrivals, AreAnExactGridThatBeginsAtOnce) {
  ArrivalClock clock = clockOf("1000/s");
  for (int k = 0; k < 100'000; ++k) ASSERT_EQ(clock.next(), milliseconds(k));
}

TEST(ConstantArrivals, AreRoundedDownToTheNanosecondEachByItself) {
  EXPECT_EQ(firstOf("3/s", 5), ns({0, 333'333'333, 666'666'666, 1'000'000'000, 1'333'333'333}));
  EXPECT_EQ(firstOf("7/min", 3), ns({0, 8'571'428'571, 17'142'857'142}));
}

TEST(ConstantArrivals, KeepTheirGridOverMillionsAtTheHighestRate) {
  ArrivalClock clock = clockOf("10000000/s");
  for (std::int64_t k = 0; k < 3'000'000; ++k) ASSERT_EQ(clock.next(), Nanoseconds(k * 100));
}

TEST(ConstantArrivals, KeepTheirGridAfterDaysAtOtherRates) {
  ArrivalClock clock = clockOf("1/h for 24h, 0.3/s for 24h, 4/s");
  for (int k = 0; k < 24; ++k) ASSERT_EQ(clock.next(), hours(k));
  for (std::int64_t k = 0; k < 25'920; ++k) {
    ASSERT_EQ(clock.next(), hours(24) + Nanoseconds(k * 10'000'000'000 / 3));
  }
  for (int k = 0; k < 1000; ++k) ASSERT_EQ(clock.next(), hours(48) + milliseconds(250 * k));
}

TEST(ConstantArrivals, CarryTheFractionOfAnArrivalFromPartToPart) {
  // 1.5 arrivals in the first part: the third is half an arrival into the second.
  EXPECT_EQ(firstOf("1/s for 1500ms, 10/s", 4),
            ns({0, 1'000'000'000, 1'550'000'000, 1'650'000'000}));
}

TEST(ConstantArrivals, EndWithTheScheduleWhichIsHalfOpen) {
  const std::vector<Nanoseconds> times = firstOf("100/s for 10s", 2000);
  ASSERT_EQ(times.size(), 1000U);
  EXPECT_EQ(times.back(), milliseconds(9990));
  ArrivalClock clock = clockOf("1/s for 1s");
  EXPECT_EQ(clock.next(), Nanoseconds(0));
  EXPECT_EQ(clock.next(), std::nullopt);
  EXPECT_EQ(clock.next(), std::nullopt);
}

TEST(ConstantArrivals, NoneFallsIntoAPause) {
  EXPECT_EQ(firstOf("0/s for 5s, 2/s for 1s, 0/s for 3s, 1/s for 2s, 0/s", 9),
            ns({5'000'000'000, 5'500'000'000, 9'000'000'000, 10'000'000'000}));
  EXPECT_TRUE(firstOf("0/s", 9).empty());
}

TEST(ConstantArrivals, FollowStepsUp) {
  EXPECT_EQ(firstOf("step 1/s every 1s to 3/s", 9),
            ns({0, 1'000'000'000, 1'500'000'000, 2'000'000'000, 2'333'333'333, 2'666'666'666}));
}

TEST(ConstantArrivals, AnEndlessScheduleEndsAfterTenThousandHours) {
  EXPECT_EQ(firstOf("1/h", 20'000).size(), 10'000U);
  EXPECT_EQ(firstOf("0.0001/h", 9).size(), 1U);
}

/// A nanosecond at rate a, then a ramp from a/s to b/s within T seconds, in which the k-th arrival
/// is due at t where a t + (b - a) t^2 / 2 / T is what is left of k; in long doubles, from the end
/// of the ramp where that is stable.
void expectRamp(std::string_view text, long double a, long double b, long double T) {
  constexpr long double kHead = 1e-9L;
  const std::vector<Nanoseconds> times = firstOf(text, 200'000);
  const long double total = (a + b) / 2 * T;
  const long double slope = std::abs(b - a) / T;
  EXPECT_EQ(times.size(), static_cast<std::size_t>(std::ceil(total + a * kHead))) << text;
  for (std::size_t k = 1; k < times.size(); ++k) {
    const long double before = static_cast<long double>(k) - a * kHead;
    const long double wanted = b > a ? before : total - before;
    const long double low = std::min(a, b);
    const long double distance = 2 * wanted / (low + std::sqrt(low * low + 2 * slope * wanted));
    const long double due = ((b > a ? distance : T - distance) + kHead) * 1e9L;
    // Rounded down.
    ASSERT_NEAR(static_cast<double>(static_cast<long double>(times[k].count()) - due), -0.5, 0.501)
        << text << ", arrival " << k;
  }
}

TEST(Ramps, FollowTheClosedForm) {
  expectRamp("0/s for 1ns, ramp to 10000/s over 20s", 0, 10'000, 20);
  expectRamp("10000/s for 1ns, ramp to 0/s over 10s", 10'000, 0, 10);
  expectRamp("200/s for 1ns, ramp to 300/s over 100s", 200, 300, 100);
}

TEST(Ramps, FromZeroBeginAtOnce) {
  EXPECT_EQ(firstOf("ramp to 2/s over 1s", 3), ns({0}));
  EXPECT_EQ(firstOf("ramp to 8/s over 1s", 9), ns({0, 500'000'000, 707'106'781, 866'025'403}));
}

TEST(Ramps, AreExactWhenNearlyFlat) {
  const auto check = [](std::string_view text) {
    const std::vector<Nanoseconds> times = firstOf(text, 100'000);
    ASSERT_GE(times.size(), 99'999U) << text;
    for (std::size_t k = 0; k < times.size(); ++k) {
      // Without the ramp: k ms. The change of 10^-6/s adds up to half a millionth at the end.
      ASSERT_NEAR(static_cast<double>(times[k].count()), static_cast<double>(k) * 1e6, 60)
          << text << ", arrival " << k;
    }
  };
  check("1000/s for 1ms, ramp to 1000.000001/s over 100s");
  check("1000/s for 1ms, ramp to 999.999999/s over 100s");
}

TEST(Ramps, FollowTheirIntegralWhateverTheRates) {
  for (const std::string_view text :
       {"ramp to 1/h over 24h", "0.5/s for 1s, ramp to 0/s over 24h, 1/s for 10s",
        "ramp to 10000000/s over 1ms", "10000000/s for 1us, ramp to 0/s over 10ms",
        "5/s for 1s, ramp to 5.000001/s over 1s, ramp to 0.000001/h over 24h"}) {
    const RateSchedule schedule = RateSchedule::parse(text);
    ArrivalClock clock = clockOf(text);
    for (double k = 0; const auto due = clock.next(); ++k) {
      ASSERT_LE(schedule.expectedUntil(*due), k + 1e-9) << text;
      ASSERT_GT(schedule.expectedUntil(*due + Nanoseconds(1)), k - 1e-9) << text;
    }
  }
}

/// The gaps of a Poisson process, changed back to a rate of one.
std::vector<double> unitGaps(std::string_view text, std::size_t count, std::uint64_t seed) {
  const RateSchedule schedule = RateSchedule::parse(text);
  std::vector<double> gaps;
  double before = 0;
  for (const Nanoseconds due : firstOf(text, count, Arrivals::kPoisson, seed)) {
    const double now = schedule.expectedUntil(due);
    gaps.push_back(now - before);
    before = now;
  }
  return gaps;
}

/// Anderson and Darling's A^2 against the exponential of mean 1.
double andersonDarling(std::vector<double> gaps) {
  std::ranges::sort(gaps);
  const auto n = static_cast<double>(gaps.size());
  double sum = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double low = std::log(-std::expm1(-std::max(gaps[i], 1e-12)));
    const double high = -gaps[gaps.size() - 1 - i];
    sum += (2 * static_cast<double>(i) + 1) * (low + high);
  }
  return -n - sum / n;
}

/// Kolmogorov and Smirnov's distance from it.
double kolmogorov(std::vector<double> gaps) {
  std::ranges::sort(gaps);
  const auto n = static_cast<double>(gaps.size());
  double most = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double cdf = -std::expm1(-gaps[i]);
    most = std::max({most, cdf - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - cdf});
  }
  return most;
}

constexpr std::size_t kDraws = 100'000;
/// Exceeded by one right sample in ten thousand (Marsaglia and Marsaglia 2004).
constexpr double kMostAndersonDarling = 9.0;
const double kMostKolmogorov = std::sqrt(-std::log(1e-4 / 2) / 2 / static_cast<double>(kDraws));

TEST(PoissonArrivals, HaveExponentialGaps) {
  for (const std::string_view text :
       {"1000/s", "ramp to 9000/s over 10s, 100/s for 60s, step 1000/s every 5s"}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const std::vector<double> gaps = unitGaps(text, kDraws, seed);
      ASSERT_EQ(gaps.size(), kDraws);
      EXPECT_LT(andersonDarling(gaps), kMostAndersonDarling) << text << ", seed " << seed;
      EXPECT_LT(kolmogorov(gaps), kMostKolmogorov) << text << ", seed " << seed;
    }
  }
}

TEST(PoissonArrivals, TheTestsSeeARateThatIsThreePercentOff) {
  std::vector<double> gaps = unitGaps("1000/s", kDraws, 1);
  for (double& gap : gaps) gap *= 1.03;
  EXPECT_GT(andersonDarling(gaps), kMostAndersonDarling);
  EXPECT_GT(kolmogorov(gaps), kMostKolmogorov);
}

TEST(PoissonArrivals, NeverGoBackAndKeepOutOfPauses) {
  Nanoseconds before{};
  for (const Nanoseconds due : firstOf("50/s for 1s, 0/s for 1s, ramp to 100/s over 2s, 1000/s",
                                       9000, Arrivals::kPoisson)) {
    ASSERT_GE(due, before);
    ASSERT_FALSE(due >= seconds(1) && due < seconds(2));
    before = due;
  }
  EXPECT_GT(before, seconds(4));
}

TEST(PoissonArrivals, AreTheSameForTheSameSeedAlone) {
  const auto of = [](std::uint64_t seed) {
    return firstOf("1000/s", 100, Arrivals::kPoisson, seed);
  };
  EXPECT_EQ(of(7), of(7));
  EXPECT_NE(of(7), of(8));
}

TEST(PoissonArrivals, EndWithTheSchedule) {
  const std::vector<Nanoseconds> times = firstOf("1000/s for 10s", 20'000, Arrivals::kPoisson);
  // Six standard deviations of 10,000.
  EXPECT_NEAR(static_cast<double>(times.size()), 10'000, 600);
  EXPECT_LT(times.back(), seconds(10));
}

}  // namespace
}  // namespace iotcpd::loadgen
