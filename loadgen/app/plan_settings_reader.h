#pragma once

#include "common/cli/option_table.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// How long a run or a plan goes on when nothing else ends it.
inline constexpr Nanoseconds kDefaultDuration = std::chrono::seconds(10);

/// What a command line says about the plan, of whatever command. Throws UsageError for a value or a
/// combination that is not accepted; files are read by makePlan().
[[nodiscard]] PlanSettings readPlanSettings(const CommandLine& commandLine);

/// What `plan` is asked for.
struct PlanCommandSettings {
  PlanSettings plan;
  std::string output = "-";  ///< "-": standard output
};
[[nodiscard]] PlanCommandSettings readPlanCommandSettings(const CommandLine& commandLine);

}  // namespace iotcpd::loadgen
