#pragma once

#include <optional>

namespace iotcpd::loadgen {

/// Which rate to try next in a search for the highest one that holds: doubles from the lowest until
/// one breaks, then halves the interval between the two sides on the log scale until they are
/// within `precision` of each other. Rates in requests per second. Pure policy.
class RateSearch {
 public:
  /// REQUIRES: 0 < from < to, precision > 0.
  RateSearch(double from, double to, double precision)
      : from_(from), to_(to), precision_(precision) {}

  /// Nothing when the search is over.
  [[nodiscard]] std::optional<double> next() const;
  /// What became of the rate that next() gave.
  void tell(double rate, bool holds);

  /// 0 when none has held.
  [[nodiscard]] double highestHeld() const { return held_; }
  /// Whether a higher rate is known to break.
  [[nodiscard]] bool hasFoundLimit() const { return broken_.has_value(); }

 private:
  double from_;
  double to_;
  double precision_;
  double held_ = 0;
  std::optional<double> broken_;  ///< the lowest rate that has broken
};

}  // namespace iotcpd::loadgen
