#pragma once

#include <string_view>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

/// Reads one fault. Throws SyntaxError, which marks the place and says what was expected there,
/// also for an action that makes no sense at its point. `types` must outlive the result.
[[nodiscard]] FaultSpec parseFault(std::string_view text, ActionTypes types);

/// The same, stopping after the fault's first term and reading no file: what a request may carry.
[[nodiscard]] FaultSpec parseDirective(Scanner& scanner, ActionTypes types);

}  // namespace iotcpd::fake
