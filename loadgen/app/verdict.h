#pragma once

#include "common/cli/exit_codes.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// What a run's verdict makes of the exit code: a run that cannot be trusted (98) comes before an
/// assertion that has failed (99).
[[nodiscard]] ExitCode exitCodeOf(const Result& result);

}  // namespace iotcpd::loadgen
