#pragma once

#include "common/cli/option_table.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// With --until, the run ends then even if it is not sure enough.
inline constexpr Nanoseconds kDefaultUntilDuration = std::chrono::minutes(5);
inline constexpr std::uint64_t kDefaultClients = 10;            ///< of a closed loop
inline constexpr std::uint64_t kDefaultOpenConnections = 1000;  ///< of an open loop

/// What `run` is asked for, complete and without contradictions. Throws UsageError. Reads no file
/// but that of an empirical --think; checks no address beyond its form.
[[nodiscard]] RunSettings readRunSettings(const CommandLine& commandLine);

/// What `run` and `search` have in common: plan, connections, service, target, outputs. Without
/// --connections there are none yet. Throws UsageError.
[[nodiscard]] RunSettings readDrivenSettings(const CommandLine& commandLine);

}  // namespace iotcpd::loadgen
