#include "loadgen/drive/target_rate.h"

#include <algorithm>

namespace iotcpd::loadgen {
namespace {

/// A single request takes no time at all: then the rate at its due time is looked at.
constexpr Nanoseconds kShortest = std::chrono::milliseconds(1);

double inSeconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

double scheduledRate(const RateSchedule& schedule, Nanoseconds from, Nanoseconds lastDue) {
  Nanoseconds end = std::max(lastDue, from + kShortest);
  if (const std::optional<Nanoseconds> length = schedule.length()) end = std::min(end, *length);
  if (end <= from) return 0;
  return (schedule.expectedUntil(end) - schedule.expectedUntil(from)) / inSeconds(end - from);
}

/// Of the measured part; nothing when only the requests end it.
std::optional<Nanoseconds> scheduledLength(const RunSettings& settings) {
  const PlanSettings& plan = settings.plan;
  std::optional<Nanoseconds> length = plan.duration;
  if (plan.rate) {
    const std::optional<Nanoseconds> ofRate = plan.rate->length();
    if (ofRate) length = std::min(*ofRate, length.value_or(*ofRate));
  }
  if (length) length = std::max(*length - settings.warmup, Nanoseconds::zero());
  return length;
}

}  // namespace

double targetRateOf(const RunSettings& settings, const Result& result, Nanoseconds lastDue) {
  const PlanSettings& plan = settings.plan;
  if (!plan.isOpenLoop() || result.planned == 0) return 0;
  const auto ordinary = static_cast<double>(result.outcomes.total());
  if (plan.rate && plan.arrivals == Arrivals::kConstant) {
    const double share = ordinary / static_cast<double>(result.planned);
    const double scheduled = share * scheduledRate(*plan.rate, settings.warmup, lastDue);
    // The first is due at once: an interval that the schedule cuts short has its request all the
    // same.
    const double length = inSeconds(scheduledLength(settings).value_or(Nanoseconds::zero()));
    return length > 0 ? std::max(scheduled, ordinary / length) : scheduled;
  }
  const double length = inSeconds(lastDue - settings.warmup);
  return length > 0 ? ordinary / length : 0;
}

Nanoseconds plannedTimeOf(const RunSettings& settings, const Result& result) {
  if (result.targetRate <= 0) return Nanoseconds::zero();
  const std::chrono::duration<double, std::nano> planned(
      static_cast<double>(result.outcomes.total()) / result.targetRate * 1e9);
  const Nanoseconds most = scheduledLength(settings).value_or(Nanoseconds::max());
  if (planned >= most) return most;
  return std::chrono::duration_cast<Nanoseconds>(planned);
}

}  // namespace iotcpd::loadgen
