#include "loadgen/plan/rate_schedule.h"

#include <algorithm>

namespace iotcpd::loadgen {

std::optional<Nanoseconds> RateSchedule::length() const {
  const SchedulePart& last = parts_.back();
  const bool isOpenStep = last.kind == SchedulePart::Kind::kStep && !last.to;
  if (!last.time || isOpenStep) return std::nullopt;
  SegmentWalk walk(parts_);
  while (walk.advance()) continue;
  return walk.current().start + walk.current().length;
}

double RateSchedule::expectedUntil(Nanoseconds time) const {
  SegmentWalk walk(parts_);
  while (walk.current().start + walk.current().length < time && walk.advance()) continue;
  const ScheduleSegment& segment = walk.current();
  const Nanoseconds within = std::clamp(time - segment.start, Nanoseconds(0), segment.length);
  return static_cast<double>(segment.startCount + segment.countWithin(within)) /
         static_cast<double>(kOneArrival);
}

double RateSchedule::highestRateUntil(Nanoseconds time) const {
  double highest = 0;
  SegmentWalk walk(parts_);
  do {
    const ScheduleSegment& segment = walk.current();
    if (segment.start >= time) break;
    const Nanoseconds within = std::min(time - segment.start, segment.length);
    highest = std::max({highest, segment.rateAt(Nanoseconds(0)), segment.rateAt(within)});
  } while (walk.advance());
  return highest / kOnePerSecond;
}

}  // namespace iotcpd::loadgen
