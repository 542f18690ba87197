#pragma once

#include <cstdint>

#include "common/time/clock.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// How far the generator may be from perfect before its figures say more about itself and its
/// machine than about the service.
struct ValidityLimits {
  // Beyond these a run is INVALID.
  Nanoseconds ownLag = std::chrono::milliseconds(5);  ///< 99th percentile, see fewSends
  /// Time in which the generator stood still, of the measured part: what it then charges to the
  /// service reaches half as far as the 99th percentile.
  double stalledShare = 0.005;
  double cpuShare = 0.95;    ///< of the core it runs on
  double stealShare = 0.10;  ///< of all cores, by the hypervisor
  /// What L and lambda W of Little's law may differ by, relative to the greater; see fewRequests.
  double littlesDifference = 0.05;

  // Beyond these there is a warning.
  double notableStalledShare = 0.0005;  ///< half as far as the 99.9th percentile
  double notableSteal = 0.02;
  double involuntarySwitchesPerSecond = 100;

  /// Of so few sends the 90th percentile of the own lag is looked at instead: a single late one is
  /// no reason to reject a run of 20.
  std::int64_t fewSends = 100;
  /// Little's law is not looked at below.
  std::uint64_t fewRequests = 100;
};

/// L and lambda W of Little's law apart, relative to the greater of them; 0 when both are 0.
[[nodiscard]] double littlesDifference(const SelfCheck& self);

/// Adds to result.self.problems why the run is INVALID, and to its warnings what else its reader
/// should know, a sentence each that carries the figure and its limit. Once, when the result is
/// complete but for assertions.
void judgeValidity(const ValidityLimits& limits, Result& result);

}  // namespace iotcpd::loadgen
