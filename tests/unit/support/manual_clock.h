#pragma once

#include "common/time/clock.h"

namespace iotcpd {

/// A clock that stands still until a test moves it.
class ManualClock final : public Clock {
 public:
  ManualClock() = default;
  explicit ManualClock(TimePoint start) : now_(start) {}

  [[nodiscard]] TimePoint now() const override { return now_; }
  void advance(Nanoseconds by) { now_ += by; }

 private:
  /// Not zero, so that a time that was never set is not mistaken for now.
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace iotcpd
