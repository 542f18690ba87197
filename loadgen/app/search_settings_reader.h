#pragma once

#include <vector>

#include "common/cli/option_table.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// A search for the highest rate at which every objective holds.
struct SearchSettings {
  /// One step of it, but for its rate: plan.duration is warm-up and measured part together. Open
  /// loop.
  RunSettings step;
  std::vector<Assertion> objectives;  ///< not empty
  double from = 100;                  ///< requests per second
  double to = 1e6;                    ///< requests per second, above `from`
  double precision = 0.05;            ///< relative distance of the two sides at the end
};

/// What `search` is asked for. Throws UsageError.
[[nodiscard]] SearchSettings readSearchSettings(const CommandLine& commandLine);

}  // namespace iotcpd::loadgen
