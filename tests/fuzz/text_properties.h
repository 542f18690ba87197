#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

// As in properties.h, of what all three programs read.

/// An address that is read prints as a text that reads back as the same; what is none is refused at
/// a place in it.
[[nodiscard]] std::string endpointNameTrouble(std::string_view text);

/// Words read back from their joined text; what cannot be split is refused at a column of it.
[[nodiscard]] std::string wordsTrouble(std::string_view text);

}  // namespace iotcpd::fuzz
