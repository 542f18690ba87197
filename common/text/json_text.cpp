#include "common/text/json_text.h"

#include <iterator>

#include <fmt/format.h>

namespace iotcpd {

std::string jsonText(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      text += '\\';
      text += byte;
    } else if (code < 0x20 || code >= 0x7f) {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", code);
    } else {
      text += byte;
    }
  }
  return text += '"';
}

}  // namespace iotcpd
