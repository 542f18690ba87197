#pragma once

#include <string>
#include <string_view>

namespace iotcpd {

/// The text with every control byte shown as \xNN, so that it stays one line and cannot steer a
/// terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace iotcpd
