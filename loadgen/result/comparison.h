#pragma once

#include <string>
#include <vector>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// One metric of two runs.
struct ComparedMetric {
  std::string name;         ///< "p99 latency", "rate", "errors per request"
  std::string base, other;  ///< as shown; "insufficient samples" where that is so
  bool isComparable = false;
  double ratio = 0, low = 0, high = 0;     ///< other / base and its 95 % interval
  bool isWorse = false, isBetter = false;  ///< beyond the tolerance, the whole interval
};

struct Comparison {
  std::vector<ComparedMetric> metrics;
  std::vector<std::string>
      cautions;  ///< what makes the two hard to compare: other settings, INVALID
  [[nodiscard]] bool hasWorse() const;
};

/// `tolerance` is relative: 0.05 lets a metric get 5 % worse.
[[nodiscard]] Comparison compareResults(const Result& base, const Result& other, double tolerance);

/// One result of several runs: histograms and counts are added, never percentiles averaged.
/// Throws std::invalid_argument, one line, when they cannot be added. REQUIRES: not empty.
[[nodiscard]] Result mergeResults(const std::vector<Result>& results);

}  // namespace iotcpd::loadgen
