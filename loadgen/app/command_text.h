#pragma once

#include <string>
#include <string_view>

#include "common/cli/option_table.h"

namespace iotcpd::loadgen {

/// The command line as it can be given to a shell again: "iotcpd-loadgen run --rate=100/s …".
[[nodiscard]] std::string commandText(std::string_view command, const CommandLine& commandLine);

}  // namespace iotcpd::loadgen
