#pragma once

#include <chrono>

namespace iotcpd {

using Nanoseconds = std::chrono::nanoseconds;

/// A point on CLOCK_MONOTONIC, in nanoseconds.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Nanoseconds>;

/// Where `now` comes from. Handlers at the edge read it once and hand the value down, and again
/// where a promised time begins or ends; policy code takes time as an argument and never holds a
/// Clock.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
};

/// CLOCK_MONOTONIC.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
};

/// What SteadyClock says now, for those who have no seam.
[[nodiscard]] inline TimePoint steadyNow() { return SteadyClock().now(); }

}  // namespace iotcpd
