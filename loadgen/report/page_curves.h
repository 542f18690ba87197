#pragma once

#include <cstddef>
#include <vector>

#include "loadgen/report/json_writer.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// Points that a curve over time has at the most: more than that no screen can show.
inline constexpr std::size_t kMostTimelinePoints = 300;
/// Parts of a decade on the logarithmic axes of the percentile curve and of the histogram.
inline constexpr int kCurvePointsPerDecade = 24;
inline constexpr int kBinsPerDecade = 16;

/// "curve": rows [1/(1-p), latency, low, high, service] in ms up to the last sample, low and high
/// being the 95 % interval of the latency; "trusted": up to which 1/(1-p) there are enough samples.
void writePercentileCurves(JsonWriter& json, const Result& result);

/// "bins": rows [from, to, latency, service]: how many of each fall into a range of ms.
void writeBins(JsonWriter& json, const Result& result);

/// "timeline": columns of equal length: "t", "length", "sent", "ok", "errors" (all per second),
/// "p50", "p90", "p99" (null where there are too few samples) and "max".
void writeTimeline(JsonWriter& json, const Result& result);

/// Neighbours are joined, their counts added, until there are no more than kMostTimelinePoints and,
/// as long as 20 points remain, until a typical one has enough replies for its p99.
[[nodiscard]] std::vector<TimelinePoint> joinedTimeline(const std::vector<TimelinePoint>& timeline);

}  // namespace iotcpd::loadgen
