#pragma once

#include <cstdint>
#include <string>

#include "common/time/clock.h"

namespace iotcpd::loadgen {

struct SelfCheck;

/// Watches what the generator itself and the machine are doing from begin() to end().
class SelfMonitor {
 public:
  void begin(TimePoint now);
  /// Fills in cpuShare (0 for less than 200 ms), stealShare and involuntarySwitches.
  void end(TimePoint now, SelfCheck& check) const;

 private:
  struct Reading {
    TimePoint at{};
    double cpuSeconds = 0;
    std::uint64_t involuntarySwitches = 0;
    double stolenTicks = 0;
    double allTicks = 0;
  };
  [[nodiscard]] static Reading read(TimePoint now);

  Reading begin_;
};

/// "2 cores, AMD EPYC 7B13, Linux 6.1.0"
[[nodiscard]] std::string describeMachine();

}  // namespace iotcpd::loadgen
