#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/random/random_stream.h"
#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// How the arrival rate goes over time, as text:
///
///     1000/s                                             for as long as the run lasts
///     100/s for 10s, ramp to 2000/s over 30s, step 500/s every 5s
///
///     SCHEDULE := PART [, PART]...
///     PART     := RATE [for TIME]                        constant; without `for` only as the last
///               | ramp to RATE over TIME                 linear from the rate before it
///               | step RATE every TIME [to RATE]         a step higher each TIME, the first at
///                                                        once; without `to` only as the last
///     RATE     := NUMBER/UNIT                            UNIT: s, min, h; 0/s is a pause
///
/// A value.
class RateSchedule {
 public:
  /// Throws SyntaxError.
  [[nodiscard]] static RateSchedule parse(std::string_view text);
  /// Reads back as the same schedule.
  [[nodiscard]] std::string text() const;

  /// Where it ends; nothing when its last part goes on for ever.
  [[nodiscard]] std::optional<Nanoseconds> length() const;
  /// Arrivals expected from the start to `time`: the integral of the rate.
  [[nodiscard]] double expectedUntil(Nanoseconds time) const;
  [[nodiscard]] double highestRateUntil(Nanoseconds time) const;

  friend bool operator==(const RateSchedule&, const RateSchedule&) = default;

 private:
  // (yours to design)
};

enum class Arrivals : std::uint8_t { kConstant, kPoisson };

/// Due times, one after the other: of arrival k (from 0) the time at which the integral of the rate
/// reaches k (constant), or the sum of k+1 exponential draws of mean 1 (Poisson, by change of
/// time). Absolute: errors do not add up.
class ArrivalClock {
 public:
  ArrivalClock(RateSchedule schedule, Arrivals arrivals, RandomStream stream);
  /// Since the start of the schedule; nothing once it has ended.
  [[nodiscard]] std::optional<Nanoseconds> next();
};

}  // namespace iotcpd::loadgen
