#pragma once

#include <optional>

#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// How a run's schedule ended; times since its start.
struct ScheduleEnd {
  Nanoseconds lastDue{};  ///< of the last request, or of the whole schedule
  /// When an interruption or --until has ended it before its time.
  std::optional<Nanoseconds> cutShort;
};

/// How long requests are due, by --duration or the rate; nothing when only their number ends them.
[[nodiscard]] std::optional<Nanoseconds> scheduledLength(const PlanSettings& plan);

/// Planned ordinary requests per second of the measured part. Constant arrivals: the mean of the
/// rate itself, for N requests take N - 1 intervals, but no less than those that there were over
/// the whole schedule; all others: those that there were, over the schedule or, where it ended with
/// the last request, until a mean interval after that. 0 in a closed loop.
[[nodiscard]] double targetRateOf(const RunSettings& settings, const Result& result,
                                  const ScheduleEnd& end);

/// How long the ordinary requests of the measured part take at the result's target rate: the last
/// one stands for an interval too, which nobody waits for, but for none beyond the end of the
/// schedule. 0 without a target rate.
[[nodiscard]] Nanoseconds plannedTimeOf(const RunSettings& settings, const Result& result,
                                        const ScheduleEnd& end);

}  // namespace iotcpd::loadgen
