#pragma once

#include "common/cli/option_table.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// Puts the target in its place, once all options are in theirs, and for exec: what follows from
/// it: that daemons are connections that stay. Throws UsageError, also for options that mean
/// nothing with such a target.
void readTarget(const CommandLine& commandLine, RunSettings& run);

}  // namespace iotcpd::loadgen
