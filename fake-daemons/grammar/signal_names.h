#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iotcpd::fake {

/// "TERM" or "SIGTERM" -> 15; nothing for a name that is no signal's.
[[nodiscard]] std::optional<int> signalNumber(std::string_view name);

/// 15 -> "TERM".
[[nodiscard]] std::string signalName(int number);

}  // namespace iotcpd::fake
