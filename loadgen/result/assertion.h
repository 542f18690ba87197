#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// "p99 < 50ms", "errors == 0", "rate >= 0.99 * target", "cross-talk == 0". A value.
///
///     ASSERTION := METRIC OP VALUE
///     METRIC    := pNN[.N...] | min | mean | max       latency over ok, from the due time
///                | service.pNN …                        from the send
///                | lag.pNN …                            send lag
///                | rate | target                        ok replies, planned requests per second
///                | errors | error-share | OUTCOME | planned | sent
///     OP        := < | <= | == | != | >= | >
///     VALUE     := TIME | NUMBER[%] | NUMBER/s | NUMBER * target
///
/// A TIME is for percentiles, min, mean and max. NUMBER/s (/min, /h) and NUMBER * target are for
/// rate, the first for target too. A NUMBER is for what is counted, which NUMBER% compares as a
/// share: of the plan for `planned` and `sent`, else of the ordinary requests. `error-share` is a
/// share of them in any case, 0.01 or 1%.
class Assertion {
 public:
  enum class Figure : std::uint8_t {
    kPercentile,
    kMin,
    kMean,
    kMax,
    kRate,
    kTarget,
    kErrors,
    kErrorShare,
    kOutcome,
    kPlanned,
    kSent,
  };
  enum class Times : std::uint8_t { kLatency, kService, kLag };
  enum class Relation : std::uint8_t {
    kLess,
    kLessOrEqual,
    kEqual,
    kNotEqual,
    kGreaterOrEqual,
    kGreater,
  };
  enum class Unit : std::uint8_t { kNanoseconds, kNumber, kPercent, kPerSecond, kTargets };

  struct Metric {
    Figure figure = Figure::kErrors;
    Times times = Times::kLatency;   ///< of kPercentile, kMin, kMean, kMax
    double percentile = 0;           ///< of kPercentile
    Outcome outcome = Outcome::kOk;  ///< of kOutcome
    friend bool operator==(const Metric&, const Metric&) = default;
  };
  struct Bound {
    double value = 0;
    Unit unit = Unit::kNumber;
    friend bool operator==(const Bound&, const Bound&) = default;
  };

  /// Throws SyntaxError.
  [[nodiscard]] static Assertion parse(std::string_view text);
  /// The shortest text that reads back as the same, blanks around OP.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// How many replies a percentile takes; 0 for any other metric.
  [[nodiscard]] std::uint64_t samplesItTakes() const;
  /// A percentile of too few samples does not pass; its `actual` says so.
  [[nodiscard]] AssertionVerdict judge(const Result& result) const;

  friend bool operator==(const Assertion&, const Assertion&) = default;

 private:
  class Reader;

  Metric metric_;
  Relation relation_ = Relation::kEqual;
  Bound bound_;
  std::string text_;
};

}  // namespace iotcpd::loadgen
