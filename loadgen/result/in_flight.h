#pragma once

#include <algorithm>
#include <cstdint>

#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// Both sides of Little's law (Little 1961: L = lambda W) over the measured part of a run, from
/// different books. L integrates the number of requests between send and outcome over time, from
/// the calls as they come; lambda W adds up, outcome by outcome, how long each request says that it
/// took. They are equal when each request that was sent has ended exactly once and keeps the time
/// at which it was sent: what they differ by was lost, doubled or mixed up by the generator.
///
///     N(t)  3 |       .---.
///           2 |   .---'   '--.      the area, in two ways: column by column (integral),
///           1 | --'          '---   row by row (a request each)
///             +-|---------------|-> t
///               begin           end
class InFlight {
 public:
  void begin(TimePoint start) { start_ = start; }
  /// `count` requests at once.
  void onSent(TimePoint sent, std::uint64_t count = 1) {
    count_ += static_cast<std::int64_t>(count);
    area_ -= count * sinceStart(sent);
  }
  /// `count` requests that were sent at once and ended at once.
  void onEnded(TimePoint sent, TimePoint now, std::uint64_t count = 1) {
    count_ -= static_cast<std::int64_t>(count);
    area_ += count * sinceStart(now);
    timeInSystem_ += count * (sinceStart(now) - sinceStart(sent));
  }

  /// Requests in flight, averaged from the start to `end`; 0 when that is no time.
  [[nodiscard]] double mean(TimePoint end) const {
    const std::uint64_t open = static_cast<std::uint64_t>(count_) * sinceStart(end);
    return perTime(area_ + open, end);
  }
  /// The rate of outcomes times their mean time in flight, over the same time.
  [[nodiscard]] double byLittlesLaw(TimePoint end) const { return perTime(timeInSystem_, end); }

 private:
  /// What lies before the start has no area.
  [[nodiscard]] std::uint64_t sinceStart(TimePoint time) const {
    return static_cast<std::uint64_t>(std::max(time - start_, Nanoseconds::zero()).count());
  }
  [[nodiscard]] double perTime(std::uint64_t area, TimePoint end) const {
    const std::uint64_t time = sinceStart(end);
    if (time == 0) return 0;
    return static_cast<double>(static_cast<std::int64_t>(area)) / static_cast<double>(time);
  }

  TimePoint start_;
  std::int64_t count_ = 0;
  // In ns, modulo 2^64: the sum of all times overflows on the way where the area does not, which
  // has room for 30,000 requests in flight over three days.
  std::uint64_t area_ = 0;
  std::uint64_t timeInSystem_ = 0;
};

}  // namespace iotcpd::loadgen
