#include "loadgen/result/merge_times.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "loadgen/result/timeline.h"

namespace iotcpd::loadgen {
namespace {

using WallTime = std::chrono::sys_time<Nanoseconds>;

WallTime startOf(const Result& result) {
  return std::chrono::time_point_cast<Nanoseconds>(result.run.started);
}

/// The indexes of the results, in the order in which they were started.
std::vector<std::size_t> byStart(const std::vector<Result>& results) {
  std::vector<std::size_t> order(results.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return startOf(results[left]) < startOf(results[right]);
  });
  return order;
}

}  // namespace

MergedTimes mergedTimes(const std::vector<Result>& results) {
  MergedTimes times;
  times.places.resize(results.size());
  WallTime runsUntil = startOf(results[byStart(results).front()]);
  WallTime measuredUntil = runsUntil;
  Nanoseconds gaps = runsUntil.time_since_epoch();
  for (const std::size_t i : byStart(results)) {
    const Result& result = results[i];
    const WallTime start = startOf(result);
    if (start > runsUntil) gaps += start - runsUntil;
    times.places[i] = start.time_since_epoch() - gaps;
    const WallTime measuredStart = start + result.run.warmup;
    const WallTime end = measuredStart + result.measured;
    times.measured += std::max(end - std::max(measuredStart, measuredUntil), Nanoseconds::zero());
    runsUntil = std::max(runsUntil, end);
    measuredUntil = std::max(measuredUntil, end);
  }
  return times;
}

std::vector<TimelinePoint> mergedTimeline(const std::vector<Result>& results,
                                          const std::vector<Nanoseconds>& places) {
  Nanoseconds width{1};
  Nanoseconds end{};
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const TimelinePoint& point : results[i].timeline) {
      width = std::max(width, point.length);
      end = std::max(end, places[i] + point.start + point.length);
    }
  }
  while (end / width >= static_cast<std::int64_t>(Timeline::kMostPoints)) width *= 2;

  std::map<std::int64_t, TimelinePoint> grid;
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const TimelinePoint& point : results[i].timeline) {
      const std::int64_t cell = (places[i] + point.start) / width;
      TimelinePoint& sum = grid[cell];
      sum.start = cell * width;
      sum.length = std::min(width, end - sum.start);
      addToPoint(sum, point);
    }
  }
  std::vector<TimelinePoint> timeline;
  for (auto& [cell, point] : grid) timeline.push_back(std::move(point));
  return timeline;
}

}  // namespace iotcpd::loadgen
