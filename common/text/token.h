#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace iotcpd {

/// Tokens tell requests apart wherever their text turns up: in a URL, a log, another program's
/// reply. "tk_" and 16 hexadecimal digits, in lower case.
inline constexpr std::string_view kTokenStart = "tk_";
inline constexpr std::size_t kTokenDigits = 16;
inline constexpr std::size_t kTokenBytes = kTokenStart.size() + kTokenDigits;

[[nodiscard]] std::string formatToken(std::uint64_t number);

/// The inverse. REQUIRES: a token.
[[nodiscard]] std::uint64_t tokenNumber(std::string_view token);

/// The first token in a text, as a part of it; empty when there is none.
[[nodiscard]] std::string_view findToken(std::string_view text);

}  // namespace iotcpd
