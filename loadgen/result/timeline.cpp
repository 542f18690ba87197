#include "loadgen/result/timeline.h"

#include <algorithm>

namespace iotcpd::loadgen {
namespace {

static_assert(Timeline::kMostPoints % 2 == 0, "points are joined in pairs");

/// The extremes keep their exact values, since that is what a plot shows of them; what lies between
/// counts at the middle of its cell.
void addCoarsely(const HdrHistogram& fine, HdrHistogram& coarse) {
  if (fine.count() == 0) return;
  const auto cells = fine.counts();
  coarse.record(fine.min());
  if (fine.count() > 1) coarse.record(fine.max());
  std::int64_t first = 1;
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < cells.size() && seen < fine.count(); ++i) {
    if (cells[i] == 0) continue;
    seen += cells[i];
    const std::int64_t last = seen == fine.count() ? 1 : 0;
    const std::int64_t middle = fine.cellLowest(i) + (fine.cellHighest(i) - fine.cellLowest(i)) / 2;
    coarse.record(std::clamp(middle, fine.min(), fine.max()), cells[i] - first - last);
    first = 0;
  }
}

}  // namespace

void addToPoint(TimelinePoint& point, const TimelinePoint& later) {
  point.sent += later.sent;
  point.outcomes.add(later.outcomes);
  point.latency.merge(later.latency);
}

void Timeline::add(const RunInterval& interval) {
  if (points_.size() == kMostPoints && inLast_ == perPoint_) joinNeighbours();
  if (points_.empty() || inLast_ == perPoint_) {
    points_.emplace_back().start = interval.start;
    inLast_ = 0;
  }
  TimelinePoint& point = points_.back();
  point.length += interval.length;
  point.sent += interval.sent;
  point.outcomes.add(interval.outcomes);
  addCoarsely(interval.latency, point.latency);
  ++inLast_;
}

void Timeline::joinNeighbours() {
  for (std::size_t i = 0; i < kMostPoints / 2; ++i) {
    TimelinePoint& point = points_[2 * i];
    const TimelinePoint& next = points_[2 * i + 1];
    point.length += next.length;
    addToPoint(point, next);
    if (i > 0) points_[i] = std::move(point);
  }
  points_.resize(kMostPoints / 2);
  perPoint_ *= 2;
  inLast_ = perPoint_;
}

}  // namespace iotcpd::loadgen
