#pragma once

#include <cstdint>
#include <optional>

#include "common/stats/hdr_histogram.h"

namespace iotcpd::loadgen {

/// Samples needed before a percentile can be told: for 99, 99.9, 99.99 they are 368, 3,688,
/// 36,887 (a two-sided 95 % interval by order statistics exists: the chance that all samples lie on
/// one side of the percentile is at most 2.5 %). For 0 and 100 no number is enough: the maximum of
/// UINT64_MAX.
[[nodiscard]] std::uint64_t samplesNeeded(double percentile);

struct Interval {
  double low, high;
};

/// The 95 % (or `level`) interval of a percentile by order statistics (binomial), in the
/// histogram's unit, ends of cells outwards; nothing when there are too few samples.
/// `effectiveShare` (0..1] shrinks the sample size, since latencies are autocorrelated.
/// Source: David and Nagaraja, Order Statistics, 3rd ed., section 7.1.
[[nodiscard]] std::optional<Interval> percentileInterval(const HdrHistogram& histogram,
                                                         double percentile,
                                                         double effectiveShare = 1,
                                                         double level = 0.95);

/// Ranks (from 1) of the order statistics between which the `quantile` (0..1) of the population
/// lies with at least `level`, as many as possible of the rest outside on each side; nothing when
/// `samples` are too few. Exact by the binomial distribution up to a variance of 1000, by its
/// Cornish-Fisher expansion above, where that is off by less than a tenth of a rank.
struct RankInterval {
  std::uint64_t low, high;
};
[[nodiscard]] std::optional<RankInterval> rankInterval(std::uint64_t samples, double quantile,
                                                       double level);

}  // namespace iotcpd::loadgen
