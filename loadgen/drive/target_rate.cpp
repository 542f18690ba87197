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
std::optional<Nanoseconds> measuredLength(const RunSettings& settings, const ScheduleEnd& end) {
  std::optional<Nanoseconds> length = end.cutShort ? end.cutShort : scheduledLength(settings.plan);
  if (length) length = std::max(*length - settings.warmup, Nanoseconds::zero());
  return length;
}

/// By the last request rather than by time.
bool endedWithTheLast(const PlanSettings& plan, const Result& result, const ScheduleEnd& end) {
  if (end.cutShort) return false;
  return !plan.rate || (plan.most && result.planned + result.warmupRequests >= *plan.most);
}

/// Of due times that no rate gives exactly.
double seenRate(const RunSettings& settings, const Result& result, const ScheduleEnd& end) {
  const auto planned = static_cast<double>(result.planned);
  const std::optional<Nanoseconds> most = measuredLength(settings, end);
  double length = inSeconds(most.value_or(end.lastDue - settings.warmup));
  if (endedWithTheLast(settings.plan, result, end)) {
    const double intervals = std::max(planned - 1, 1.0);
    const double withLast = inSeconds(end.lastDue - settings.warmup) * planned / intervals;
    length = most ? std::min(withLast, length) : withLast;
  }
  return length > 0 ? static_cast<double>(result.outcomes.total()) / length : 0;
}

}  // namespace

std::optional<Nanoseconds> scheduledLength(const PlanSettings& plan) {
  std::optional<Nanoseconds> length = plan.duration;
  if (plan.rate) {
    const std::optional<Nanoseconds> ofRate = plan.rate->length();
    if (ofRate) length = std::min(*ofRate, length.value_or(*ofRate));
  }
  return length;
}

double targetRateOf(const RunSettings& settings, const Result& result, const ScheduleEnd& end) {
  const PlanSettings& plan = settings.plan;
  if (!plan.isOpenLoop() || result.planned == 0) return 0;
  if (!plan.rate || plan.arrivals != Arrivals::kConstant) return seenRate(settings, result, end);
  const auto ordinary = static_cast<double>(result.outcomes.total());
  const double share = ordinary / static_cast<double>(result.planned);
  const double scheduled = share * scheduledRate(*plan.rate, settings.warmup, end.lastDue);
  // The first is due at once: an interval that the schedule cuts short has its request all the
  // same.
  const double length = inSeconds(measuredLength(settings, end).value_or(Nanoseconds::zero()));
  return length > 0 ? std::max(scheduled, ordinary / length) : scheduled;
}

Nanoseconds plannedTimeOf(const RunSettings& settings, const Result& result,
                          const ScheduleEnd& end) {
  if (result.targetRate <= 0) return Nanoseconds::zero();
  const std::chrono::duration<double, std::nano> planned(
      static_cast<double>(result.outcomes.total()) / result.targetRate * 1e9);
  const Nanoseconds most = measuredLength(settings, end).value_or(Nanoseconds::max());
  if (planned >= most) return most;
  return std::chrono::duration_cast<Nanoseconds>(planned);
}

}  // namespace iotcpd::loadgen
