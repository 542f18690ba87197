#pragma once

#include <vector>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// When runs took place, put on one clock without the gaps between them.
struct MergedTimes {
  Nanoseconds measured{};           ///< time in which at least one of them was measured
  std::vector<Nanoseconds> places;  ///< where the schedule of each result starts
};
[[nodiscard]] MergedTimes mergedTimes(const std::vector<Result>& results);

/// All timelines as one of Timeline::kMostPoints points at the most, by the places of the runs.
[[nodiscard]] std::vector<TimelinePoint> mergedTimeline(const std::vector<Result>& results,
                                                        const std::vector<Nanoseconds>& places);

}  // namespace iotcpd::loadgen
