#pragma once

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

/// Every action of the fault grammar.
[[nodiscard]] ActionTypes actionTable();

}  // namespace iotcpd::fake
