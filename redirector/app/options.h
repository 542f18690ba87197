#pragma once

#include "common/cli/option_table.h"

namespace iotcpd::redirector {

/// The command line of iotcpd.
[[nodiscard]] const OptionTable& optionTable();

}  // namespace iotcpd::redirector
