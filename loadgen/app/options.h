#pragma once

#include "common/cli/command_table.h"

namespace iotcpd::loadgen {

/// The program's whole command line.
[[nodiscard]] const CommandTable& commandTable();

/// Of each command, a source of its own.
[[nodiscard]] const OptionTable& runOptions();
[[nodiscard]] const OptionTable& planOptions();
[[nodiscard]] const OptionTable& searchOptions();
[[nodiscard]] const OptionTable& compareOptions();
[[nodiscard]] const OptionTable& mergeOptions();
[[nodiscard]] const OptionTable& reportOptions();

}  // namespace iotcpd::loadgen
