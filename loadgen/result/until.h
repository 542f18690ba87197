#pragma once

#include <string>
#include <string_view>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// --until 'p99±5%' ("p99+-5%" too): run until the 95 % interval of that percentile of the latency
/// is at most that wide on either side. A value.
struct Until {
  double percentile = 99;
  double halfWidth = 0.05;  ///< relative to the percentile's value; 0.5 % to 100 %
  std::string text = "p99+-5%";

  /// Throws SyntaxError. `text` becomes the shortest ASCII one that reads back as the same.
  [[nodiscard]] static Until parse(std::string_view text);
  /// False also while there are too few samples for an interval.
  [[nodiscard]] bool isReached(const HdrHistogram& latency, double effectiveShare) const;
  /// One sentence on what the run has come to instead; empty when it is reached.
  [[nodiscard]] std::string shortfall(const HdrHistogram& latency, double effectiveShare) const;
};

}  // namespace iotcpd::loadgen
