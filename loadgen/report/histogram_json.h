#pragma once

#include <cstdint>
#include <string_view>

#include "common/stats/hdr_histogram.h"
#include "loadgen/report/json_writer.h"

namespace iotcpd::loadgen {

/// How a histogram stands in a result: its counts in HdrHistogram's V2 encoding, which rounds to
/// cells, and beside them the least and the greatest value as they were.
void writeHistogram(JsonWriter& json, const HdrHistogram& histogram);
/// `shape` with the counts of `encoded`, whose least and greatest values are the ones given. Throws
/// HistogramFormatError when they do not belong together, or not to that shape.
[[nodiscard]] HdrHistogram restoreHistogram(std::string_view encoded, std::int64_t least,
                                            std::int64_t greatest, HdrHistogram shape);

}  // namespace iotcpd::loadgen
