#include "loadgen/plan/schedule_segments.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace iotcpd::loadgen {
namespace {

std::int64_t ceilingOf(const SchedulePart& part) {
  return part.to ? part.to->perHourMillionths() : kHighestRate;
}

}  // namespace

ScheduleSegment::Exactly ScheduleSegment::exactlyWithin(Nanoseconds since) const {
  const Int128 time = since.count();
  const Int128 flat = 2 * Int128{startRate} * time;
  if (startRate == endRate) return {flat, false};
  // change * time^2 / length in two steps, since time^2 * change would not fit.
  const Int128 span = length.count();
  const Int128 product = Int128{endRate - startRate} * time;
  const Int128 curve = product / span * time;
  const Int128 rest = product % span * time;
  const bool isRounded = rest % span != 0;
  // Division rounds towards 0; this is to be rounded down, whichever the sign.
  const Int128 down = isRounded && rest < 0 ? 1 : 0;
  return {flat + curve + rest / span - down, isRounded};
}

ArrivalCount ScheduleSegment::countWithin(Nanoseconds since) const {
  return exactlyWithin(since).count;
}

bool ScheduleSegment::isExceeded(ArrivalCount count, Nanoseconds since) const {
  const Exactly within = exactlyWithin(since);
  const ArrivalCount wanted = count - startCount;
  return within.count > wanted || (within.count == wanted && within.isRounded);
}

Nanoseconds ScheduleSegment::timeOf(ArrivalCount count) const {
  if (startRate != endRate) return timeInRamp(count);
  return start + Nanoseconds(static_cast<std::int64_t>((count - startCount) / startRate / 2));
}

/// Solves rate * t + change * t^2 / 2 / length = n by t = 2n / (rate + sqrt(rate^2 + 2 * change *
/// n / length)), which is as good for a nearly flat ramp as for a steep one (Press et al.,
/// Numerical Recipes, 5.6). A falling ramp is looked at from its end, where it rises; the root
/// would cancel near it otherwise.
std::int64_t ScheduleSegment::estimateInRamp(ArrivalCount count) const {
  const bool rises = endRate > startRate;
  const auto wanted = static_cast<double>(rises ? count - startCount : endCount - count);
  if (wanted == 0) return 0;
  const auto lowest = static_cast<double>(std::min(startRate, endRate));
  const auto change = static_cast<double>(std::abs(endRate - startRate));
  const auto span = static_cast<double>(length.count());
  const double root = std::sqrt(lowest * lowest + change / span * wanted);
  const double distance = wanted / (lowest + root);
  return static_cast<std::int64_t>(rises ? distance : span - distance);
}

Nanoseconds ScheduleSegment::timeInRamp(ArrivalCount count) const {
  std::int64_t within = 0;
  std::int64_t beyond = length.count();
  const auto narrow = [&](std::int64_t time) {
    if (time <= within || time >= beyond) return;
    (isExceeded(count, Nanoseconds(time)) ? beyond : within) = time;
  };
  // The floating point may be off by one; the sum itself is exact. It is off by more only where a
  // ramp to 0 has next to nothing left.
  const std::int64_t estimate = estimateInRamp(count);
  narrow(estimate);
  narrow(estimate + 1);
  narrow(estimate - 1);
  while (beyond - within > 1) narrow(within + (beyond - within) / 2);
  return start + Nanoseconds(within);
}

double ScheduleSegment::rateAt(Nanoseconds since) const {
  const double share = static_cast<double>(since.count()) / static_cast<double>(length.count());
  return static_cast<double>(startRate) + static_cast<double>(endRate - startRate) * share;
}

SegmentWalk::SegmentWalk(std::vector<SchedulePart> parts) : parts_(std::move(parts)) { advance(); }

std::int64_t SegmentWalk::startRateOf(const SchedulePart& part) const {
  const std::int64_t rate = part.rate.perHourMillionths();
  if (part.kind == SchedulePart::Kind::kConstant) return rate;
  if (part.kind == SchedulePart::Kind::kRamp) return current_.endRate;
  return std::min(current_.endRate + rate, ceilingOf(part));
}

bool SegmentWalk::advance() {
  const Nanoseconds start = current_.start + current_.length;
  if (part_ == parts_.size() || start >= kLongestSchedule) return false;
  const SchedulePart& part = parts_[part_];
  const bool isStep = part.kind == SchedulePart::Kind::kStep;
  ScheduleSegment next;
  next.start = start;
  next.startRate = startRateOf(part);
  next.endRate =
      part.kind == SchedulePart::Kind::kRamp ? part.rate.perHourMillionths() : next.startRate;
  const bool isLast = !isStep || next.startRate >= ceilingOf(part) || ++steps_ == kMostSteps;
  const bool isEndless = !part.time || (isStep && isLast && !part.to);
  next.length = kLongestSchedule - start;
  if (!isEndless) next.length = std::min(next.length, *part.time);
  next.startCount = current_.endCount;
  next.endCount = next.startCount + next.countWithin(next.length);
  current_ = next;
  if (isLast) {
    ++part_;
    steps_ = 0;
  }
  return true;
}

std::uint64_t stepCount(const SchedulePart& part, std::int64_t from) {
  const std::int64_t height = ceilingOf(part) - from;
  const std::int64_t step = part.rate.perHourMillionths();
  return height <= 0 ? 0 : static_cast<std::uint64_t>((height - 1) / step + 1);
}

}  // namespace iotcpd::loadgen
