#include "common/text/printable.h"

#include <iterator>

#include <fmt/format.h>

namespace iotcpd {

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", code);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace iotcpd
