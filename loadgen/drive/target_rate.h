#pragma once

#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// Planned ordinary requests per second of the measured part, which is over `lastDue` after the
/// start of the schedule. Constant arrivals: the mean of the rate itself, for N requests take N - 1
/// intervals; all others: those that there were, by that time. 0 in a closed loop.
[[nodiscard]] double targetRateOf(const RunSettings& settings, const Result& result,
                                  Nanoseconds lastDue);

}  // namespace iotcpd::loadgen
