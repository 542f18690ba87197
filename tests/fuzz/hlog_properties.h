#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

// As in properties.h: what must hold for every input.

/// Base64 that is read is written as the same text; what is none is refused at a place in it.
[[nodiscard]] std::string base64Trouble(std::string_view text);

/// The same bytes as the uncompressed inside of a histogram, which a fuzzer would never find behind
/// checksum and compression: a histogram that is read is read again from what is written of it.
[[nodiscard]] std::string histogramTrouble(std::string_view bytes);

/// Each row of a log that is read is read again from what is written of it; what is no log is
/// refused in one line that names the line.
[[nodiscard]] std::string hlogTrouble(std::string_view text);

}  // namespace iotcpd::fuzz
