#pragma once

#include "common/cli/option_table.h"

namespace iotcpd::loadgen {

/// Each carries out the command of its name and returns the exit code. They throw UsageError,
/// PlanError, TargetError, ResultFileError and Failure, which runApplication() catches.
[[nodiscard]] int runCommand(const CommandLine& commandLine);
[[nodiscard]] int searchCommand(const CommandLine& commandLine);
[[nodiscard]] int planCommand(const CommandLine& commandLine);
[[nodiscard]] int compareCommand(const CommandLine& commandLine);
[[nodiscard]] int mergeCommand(const CommandLine& commandLine);
[[nodiscard]] int reportCommand(const CommandLine& commandLine);

}  // namespace iotcpd::loadgen
