#pragma once

#include <cstdint>
#include <optional>

#include "common/stats/hdr_histogram.h"

namespace iotcpd::loadgen {

/// Samples needed before a percentile can be told: for 99, 99.9, 99.99 they are 368, 3,688,
/// 36,887 (a two-sided 95 % interval by order statistics exists).
[[nodiscard]] std::uint64_t samplesNeeded(double percentile);

struct Interval {
  double low, high;
};

/// The 95 % (or `level`) interval of a percentile by order statistics (binomial), in the
/// histogram's unit; nothing when there are too few samples. `effectiveShare` (0..1] shrinks the
/// sample size, since latencies are autocorrelated.
[[nodiscard]] std::optional<Interval> percentileInterval(const HdrHistogram& histogram,
                                                         double percentile,
                                                         double effectiveShare = 1,
                                                         double level = 0.95);

}  // namespace iotcpd::loadgen
