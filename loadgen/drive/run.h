#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string_view>

#include "loadgen/result/recorder.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// What a run has come to. The result is empty when it was interrupted before it began.
struct RunReport {
  Result result;
  bool wasInterrupted = false;
};

/// What a run needs from outside; all of it outlives the run.
struct RunSurroundings {
  std::span<IntervalSink* const> sinks;  ///< told of each second as it passes
  /// Told, in a sentence, what a user should know before the run.
  std::function<void(std::string_view)> announce;
  /// Told when the schedule starts.
  std::function<void(std::chrono::system_clock::time_point)> onStart;
};

/// Carries out one run: starts the service if there is one to be started, connects, sends what the
/// plan says, waits for what is open, and judges. The result lacks version and command line, which
/// are the caller's. Throws TargetError (the target cannot be reached) and PlanError.
[[nodiscard]] RunReport executeRun(const RunSettings& settings,
                                   const RunSurroundings& surroundings);

}  // namespace iotcpd::loadgen
