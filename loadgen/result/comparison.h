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
  /// Mean latency, p50, p90, p99, p99.9 latency, rate, errors per request; all of them always.
  std::vector<ComparedMetric> metrics;
  std::vector<std::string>
      cautions;  ///< what makes the two hard to compare: other settings, INVALID
  [[nodiscard]] bool hasWorse() const;
};

/// `tolerance` is relative: 0.05 lets a metric get 5 % worse.
[[nodiscard]] Comparison compareResults(const Result& base, const Result& other, double tolerance);

/// The cautions alone, a sentence each.
[[nodiscard]] std::vector<std::string> comparisonCautions(const Result& base, const Result& other);

/// One result of several runs: histograms and counts are added, never percentiles averaged. The
/// measured time is how long at least one of them was measured, by when they were started: runs one
/// after the other last longer together, at the same time (several generators, one service) their
/// rates add up. Gaps between runs are left out of the timeline. Of a single result nothing
/// changes; of several, assertions and the service's statistics are left out, where descriptions
/// differ, both are told, and mergeCautions() become warnings.
/// Throws std::invalid_argument, one line, when they cannot be added: open and closed loop, or
/// histograms of other layouts. REQUIRES: not empty.
[[nodiscard]] Result mergeResults(const std::vector<Result>& results);

/// In what settings the results differ, a sentence each: what is said of all of them together may
/// be true of none. Several generators may well run on machines of their own.
[[nodiscard]] std::vector<std::string> mergeCautions(const std::vector<Result>& results);

}  // namespace iotcpd::loadgen
