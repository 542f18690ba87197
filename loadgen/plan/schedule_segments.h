#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/time/clock.h"
#include "loadgen/plan/rate.h"

namespace iotcpd::loadgen {

/// Holds any sum of rate times time within the limits below without rounding.
__extension__ using Int128 = __int128;

/// How many arrivals are expected, in units in which rates (Rate::perHourMillionths()) times
/// nanoseconds, and halves of that, are whole: 2 * 10^6 * an hour in nanoseconds to one arrival.
using ArrivalCount = Int128;
inline constexpr ArrivalCount kOneArrival = 7'200'000'000'000'000'000;

/// No schedule goes on for longer; an endless one ends there.
inline constexpr Nanoseconds kLongestSchedule = std::chrono::hours(10'000);
/// The steps of all parts of a schedule; an endless part stays as it is after so many.
inline constexpr std::uint64_t kMostSteps = 1'000'000;

/// One part of a schedule, as written.
struct SchedulePart {
  enum class Kind : std::uint8_t { kConstant, kRamp, kStep };

  Kind kind = Kind::kConstant;
  Rate rate;                        ///< constant: the rate; ramp: its end; step: how high
  std::optional<Nanoseconds> time;  ///< for, over, every; nothing: for ever
  std::optional<Rate> to;           ///< of a step

  friend bool operator==(const SchedulePart&, const SchedulePart&) = default;
};

/// A stretch of time in which the rate is constant or goes straight from one to another. Rates are
/// Rate::perHourMillionths().
struct ScheduleSegment {
  Nanoseconds start{};
  Nanoseconds length{};
  std::int64_t startRate = 0;
  std::int64_t endRate = 0;
  ArrivalCount startCount = 0;  ///< expected before it
  ArrivalCount endCount = 0;    ///< expected before its end

  /// Expected from its start to `since` its start: rate * t + (change of rate) * t^2 / 2 / length,
  /// rounded down to a unit. REQUIRES: 0 <= since <= length.
  [[nodiscard]] ArrivalCount countWithin(Nanoseconds since) const;
  /// The last nanosecond at which no more than `count` are expected since the schedule began.
  /// REQUIRES: startCount <= count < endCount.
  [[nodiscard]] Nanoseconds timeOf(ArrivalCount count) const;
  /// The rate at `since` its start.
  [[nodiscard]] double rateAt(Nanoseconds since) const;

 private:
  struct Exactly {
    ArrivalCount count;
    bool isRounded;  ///< down
  };
  [[nodiscard]] Exactly exactlyWithin(Nanoseconds since) const;
  [[nodiscard]] bool isExceeded(ArrivalCount count, Nanoseconds since) const;
  [[nodiscard]] std::int64_t estimateInRamp(ArrivalCount count) const;
  [[nodiscard]] Nanoseconds timeInRamp(ArrivalCount count) const;
};

/// The segments of a schedule, one after the other. A value.
class SegmentWalk {
 public:
  /// Stands at the first. REQUIRES: not empty.
  explicit SegmentWalk(std::vector<SchedulePart> parts);

  [[nodiscard]] const ScheduleSegment& current() const { return current_; }
  /// Goes to the next; false, and it stays, at the end.
  bool advance();

 private:
  [[nodiscard]] std::int64_t startRateOf(const SchedulePart& part) const;

  std::vector<SchedulePart> parts_;
  std::size_t part_ = 0;     ///< that the next segment belongs to
  std::uint64_t steps_ = 0;  ///< of it so far
  ScheduleSegment current_;
};

/// How many steps a part has that goes up from the rate `from`; 0 when it is higher already.
/// REQUIRES: a step above 0 and a `to`.
[[nodiscard]] std::uint64_t stepCount(const SchedulePart& part, std::int64_t from);

}  // namespace iotcpd::loadgen
