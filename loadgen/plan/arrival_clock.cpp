#include <cmath>
#include <utility>

#include "loadgen/plan/rate_schedule.h"

namespace iotcpd::loadgen {
namespace {

/// Exponential of mean one arrival, by inversion.
ArrivalCount exponentialGap(RandomStream& stream) {
  const double drawn = -std::log(1.0 - stream.uniform());
  return static_cast<ArrivalCount>(drawn * static_cast<double>(kOneArrival));
}

}  // namespace

// Taken over: the one is moved from, the other a few words.
// cppcheck-suppress passedByValue
ArrivalClock::ArrivalClock(RateSchedule schedule, Arrivals arrivals, RandomStream stream)
    : walk_(std::move(schedule.parts_)), arrivals_(arrivals), stream_(stream) {}

std::optional<Nanoseconds> ArrivalClock::next() {
  if (arrivals_ == Arrivals::kPoisson) count_ += exponentialGap(stream_);
  while (count_ >= walk_.current().endCount) {
    if (!walk_.advance()) return std::nullopt;
  }
  const Nanoseconds due = walk_.current().timeOf(count_);
  if (arrivals_ == Arrivals::kConstant) count_ += kOneArrival;
  return due;
}

}  // namespace iotcpd::loadgen
