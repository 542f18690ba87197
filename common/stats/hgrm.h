#pragma once

#include <string>

#include "common/stats/hdr_histogram.h"

namespace iotcpd {

/// The percentile distribution as HdrHistogram's tools print and plot it: 5 ticks per half
/// distance; values divided by `unitsPerShown` (1e6: nanoseconds shown as milliseconds).
[[nodiscard]] std::string formatHgrm(const HdrHistogram& histogram, double unitsPerShown);

}  // namespace iotcpd
