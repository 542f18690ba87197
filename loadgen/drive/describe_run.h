#pragma once

#include <string>

#include "loadgen/drive/target_rate.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// The settings as a report tells them; `target` is where requests really go. Without version,
/// command line, start and machine.
[[nodiscard]] RunDescription describeRun(const RunSettings& settings, const std::string& target);

/// "interrupted after 1.5s of 10m": a note about a run that a signal has ended.
[[nodiscard]] std::string interruptionText(const PlanSettings& plan, const ScheduleEnd& end);

}  // namespace iotcpd::loadgen
