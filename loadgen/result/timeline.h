#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "loadgen/result/result.h"
#include "loadgen/result/run_interval.h"

namespace iotcpd::loadgen {

/// Adds `later`, which begins where `point` ends or within it, to `point`, but for its length.
void addToPoint(TimelinePoint& point, const TimelinePoint& later);

/// The run's course in at most kMostPoints points, however long it takes: when there are more,
/// neighbours are joined and points get twice as long.
class Timeline {
 public:
  static constexpr std::size_t kMostPoints = 600;

  Timeline() { points_.reserve(kMostPoints); }

  /// The next interval of the measured part.
  void add(const RunInterval& interval);
  /// Hands the points over.
  [[nodiscard]] std::vector<TimelinePoint> take() { return std::move(points_); }

 private:
  void joinNeighbours();

  std::vector<TimelinePoint> points_;
  std::uint64_t perPoint_ = 1;  ///< intervals
  std::uint64_t inLast_ = 1;    ///< of the last point
};

}  // namespace iotcpd::loadgen
