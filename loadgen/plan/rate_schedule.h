#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/random/random_stream.h"
#include "common/time/clock.h"
#include "loadgen/plan/schedule_segments.h"

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
/// Before the first part the rate is 0; it is 10,000,000/s at the most, with at most six decimals.
/// Each TIME is at most 24 h, that of a step at least 1 ms; what ends does so within 10,000 h, and
/// for ever is that long. A value.
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
  friend class ArrivalClock;
  explicit RateSchedule(std::vector<SchedulePart> parts) : parts_(std::move(parts)) {}

  std::vector<SchedulePart> parts_;  ///< never empty
};

enum class Arrivals : std::uint8_t { kConstant, kPoisson };

/// Due times, one after the other: of arrival k (from 0) the time at which the integral of the rate
/// is k (constant), or the sum of k+1 exponential draws of mean 1 (Poisson, by change of time:
/// Cinlar 1975, ch. 4). Where that is so for a while, because of a pause, the end of the pause: a
/// pause has no arrivals, and neither has the end of the schedule. Rounded down to the nanosecond;
/// absolute, by whole numbers: errors do not add up.
class ArrivalClock {
 public:
  ArrivalClock(RateSchedule schedule, Arrivals arrivals, RandomStream stream);
  /// Since the start of the schedule; nothing once it has ended.
  [[nodiscard]] std::optional<Nanoseconds> next();

 private:
  SegmentWalk walk_;
  Arrivals arrivals_;
  RandomStream stream_;
  ArrivalCount count_ = 0;  ///< of the arrival before (Poisson), of the next (constant)
};

}  // namespace iotcpd::loadgen
