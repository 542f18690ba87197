#pragma once

#include "common/cli/option_table.h"

namespace iotcpd::fake {

[[nodiscard]] const OptionTable& optionTable();

}  // namespace iotcpd::fake
