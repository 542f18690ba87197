#pragma once

#include <string>
#include <string_view>

#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/grammar/fault_parser.h"

namespace iotcpd::fake {

/// A fault of the real action table.
inline FaultSpec faultOf(std::string_view text) { return parseFault(text, actionTable()); }

/// Why it is none; empty when it is one.
inline std::string faultError(std::string_view text) {
  try {
    static_cast<void>(faultOf(text));
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

}  // namespace iotcpd::fake
