#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

// What must hold for every input; each says what does not, or nothing, as in properties.h.

/// A schedule reads back as it is printed; its arrivals never go back, and the integral of the rate
/// up to each is its number. What is none is refused at a place in it.
[[nodiscard]] std::string rateScheduleTrouble(std::string_view text);

/// A mix of misbehaviour reads back as it is printed.
[[nodiscard]] std::string misbehaviourTrouble(std::string_view text);

/// A template that is accepted makes lines of one newline, at their end.
[[nodiscard]] std::string templateTrouble(std::string_view text);

/// A plan file that is accepted says the same each time it is read and when it is written again;
/// another is refused in one line.
[[nodiscard]] std::string planFileTrouble(std::string_view content);

/// Likewise for an access.log: its requests are lines, due in their order from 0.
[[nodiscard]] std::string accessLogTrouble(std::string_view content);

}  // namespace iotcpd::fuzz
