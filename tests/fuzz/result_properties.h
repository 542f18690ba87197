#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

// As in properties.h, of the load generator's room `result`.

/// An assertion that is read prints as a text that reads back as the same assertion and prints the
/// same, and can be judged; what is none is refused at a place in it.
[[nodiscard]] std::string assertionTrouble(std::string_view text);

/// The same of --until.
[[nodiscard]] std::string untilTrouble(std::string_view text);

}  // namespace iotcpd::fuzz
