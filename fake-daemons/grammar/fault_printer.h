#pragma once

#include <string>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

/// The fault as parseFault() reads it back: one space around '=' and '->', texts in quotes.
[[nodiscard]] std::string printFault(const FaultSpec& fault);

/// "extra-line("stray")".
[[nodiscard]] std::string printAction(const ActionCall& action);

/// How an action is written, for messages and the manual: "stderr(SIZE[, RATE])".
[[nodiscard]] std::string signature(const ActionType& type);

}  // namespace iotcpd::fake
