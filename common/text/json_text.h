#pragma once

#include <string>
#include <string_view>

namespace iotcpd {

/// The bytes as a JSON string, quotes included, in ASCII: every byte outside 0x20…0x7e becomes
/// \u00NN, so that the bytes can be told from the text (Latin-1) whatever encoding they were in.
[[nodiscard]] std::string jsonText(std::string_view bytes);

}  // namespace iotcpd
