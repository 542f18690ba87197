#pragma once

#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// Planned ordinary requests per second of the measured part, which is over `lastDue` after the
/// start of the schedule. Constant arrivals: the mean of the rate itself, for N requests take N - 1
/// intervals, but no less than those that there were over the whole schedule; all others: those
/// that there were, by that time. 0 in a closed loop.
[[nodiscard]] double targetRateOf(const RunSettings& settings, const Result& result,
                                  Nanoseconds lastDue);

/// How long the ordinary requests of the measured part take at the result's target rate: the last
/// one stands for an interval too, which nobody waits for, but for none beyond the end of the
/// schedule. 0 without a target rate.
[[nodiscard]] Nanoseconds plannedTimeOf(const RunSettings& settings, const Result& result);

}  // namespace iotcpd::loadgen
