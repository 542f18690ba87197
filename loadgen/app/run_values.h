#pragma once

#include "common/cli/option_table.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// Puts every option of `run` and `search` that is not about the plan in its place. Throws
/// UsageError for a value that is not accepted; how they go together is not its business.
void readRunValues(const CommandLine& commandLine, RunSettings& run);

}  // namespace iotcpd::loadgen
