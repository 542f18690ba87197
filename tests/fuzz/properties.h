#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

// What must hold for every input; each says what does not, or nothing. The fuzzers end the process
// then, the unit test fails.

/// A fault that is read prints as a text that reads back as the same fault and prints the same;
/// what is none is refused at a place in it.
[[nodiscard]] std::string faultTrouble(std::string_view text);

/// The same of a distribution, and its draws are from 0 to a day.
[[nodiscard]] std::string distributionTrouble(std::string_view text);

}  // namespace iotcpd::fuzz
