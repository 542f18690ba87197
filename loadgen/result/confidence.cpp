#include "loadgen/result/confidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "loadgen/result/probability.h"

namespace iotcpd::loadgen {
namespace {

constexpr double kLevel = 0.95;
constexpr double kExactVariance = 1000;

/// Samples until they all lie on one side with a chance of `tail` at the most.
double samplesUntilTail(double quantile, double tail) {
  const double longSide = std::max(quantile, 1 - quantile);
  return longSide < 1 ? std::log(tail) / std::log(longSide)
                      : std::numeric_limits<double>::infinity();
}

/// The ranks for a quantile `q` of at most 1/2, for B ~ Bin(n, q): the highest low with
/// P(B < low) <= tail, the lowest high with P(B >= high) <= tail. The sum starts at 0, which is
/// near since the mean is; in logarithms, since P(B = 0) may be smaller than any double.
RankInterval exactRanks(std::uint64_t samples, double q, double tail) {
  const auto n = static_cast<double>(samples);
  const double logOdds = std::log(q) - std::log1p(-q);
  double logTerm = n * std::log1p(-q);
  double below = 0;  // P(B < k)
  RankInterval ranks{0, samples};
  for (std::uint64_t k = 0; k <= samples; ++k) {
    if (below <= tail) ranks.low = k;
    if (1 - below <= tail) {
      ranks.high = k;
      break;
    }
    below += std::exp(logTerm);
    const auto at = static_cast<double>(k);
    logTerm += std::log((n - at) / (at + 1)) + logOdds;
  }
  return ranks;
}

/// The same where the binomial distribution is nearly normal; the second term mends its skewness.
RankInterval approximateRanks(std::uint64_t samples, double q, double tail) {
  const auto n = static_cast<double>(samples);
  const double z = -normalQuantile(tail);
  const double spread = z * std::sqrt(n * q * (1 - q));
  const double middle = n * q + (z * z - 1) * (1 - 2 * q) / 6;
  // B < low is B <= low - 1/2, continuously; the same above.
  const double low = std::max(std::floor(middle - spread + 0.5), 0.0);
  const double high = std::min(std::ceil(middle + spread + 0.5), n);
  return {static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)};
}

/// The cell that holds the sample of rank `rank` (from 1), within what was seen.
Interval cellOfRank(const HdrHistogram& histogram, std::int64_t rank) {
  const auto counts = histogram.counts();
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    seen += counts[i];
    if (seen < rank) continue;
    return {static_cast<double>(std::max(histogram.cellLowest(i), histogram.min())),
            static_cast<double>(std::min(histogram.cellHighest(i), histogram.max()))};
  }
  return {static_cast<double>(histogram.max()), static_cast<double>(histogram.max())};
}

}  // namespace

std::uint64_t samplesNeeded(double percentile) {
  const double needed = std::ceil(samplesUntilTail(percentile / 100, (1 - kLevel) / 2));
  constexpr double kMost = 1e18;
  if (!(needed < kMost)) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(needed);
}

std::optional<RankInterval> rankInterval(std::uint64_t samples, double quantile, double level) {
  const double tail = (1 - level) / 2;
  const auto n = static_cast<double>(samples);
  if (samples == 0 || n < samplesUntilTail(quantile, tail)) return std::nullopt;
  const double q = std::min(quantile, 1 - quantile);
  const bool isExact = n * q * (1 - q) <= kExactVariance;
  RankInterval ranks = isExact ? exactRanks(samples, q, tail) : approximateRanks(samples, q, tail);
  ranks.low = std::max<std::uint64_t>(ranks.low, 1);  // rounding, when samples just suffice
  if (quantile <= 0.5) return ranks;
  // The k-th from below is the (n + 1 - k)-th from above.
  return RankInterval{samples + 1 - ranks.high, samples + 1 - ranks.low};
}

std::optional<Interval> percentileInterval(const HdrHistogram& histogram, double percentile,
                                           double effectiveShare, double level) {
  const auto count = static_cast<double>(histogram.count());
  const auto samples = static_cast<std::uint64_t>(count * std::clamp(effectiveShare, 0.0, 1.0));
  const auto ranks = rankInterval(samples, percentile / 100, level);
  if (!ranks) return std::nullopt;
  const double perSample = count / static_cast<double>(samples);
  const double low = std::max(std::floor(static_cast<double>(ranks->low) * perSample), 1.0);
  const double high = std::min(std::ceil(static_cast<double>(ranks->high) * perSample), count);
  return Interval{cellOfRank(histogram, static_cast<std::int64_t>(low)).low,
                  cellOfRank(histogram, static_cast<std::int64_t>(high)).high};
}

}  // namespace iotcpd::loadgen
