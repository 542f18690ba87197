#include "common/text/token.h"

#include <charconv>

#include <fmt/format.h>

namespace iotcpd {

std::string formatToken(std::uint64_t number) {
  return fmt::format("{}{:016x}", kTokenStart, number);
}

std::uint64_t tokenNumber(std::string_view token) {
  std::uint64_t number = 0;
  const std::string_view digits = token.substr(kTokenStart.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

std::string_view findToken(std::string_view text) {
  for (std::size_t at = text.find(kTokenStart); at != std::string_view::npos;
       at = text.find(kTokenStart, at + 1)) {
    const std::string_view token = text.substr(at, kTokenBytes);
    if (token.size() < kTokenBytes) return {};
    if (token.find_first_not_of("0123456789abcdef", kTokenStart.size()) == std::string_view::npos) {
      return token;
    }
  }
  return {};
}

}  // namespace iotcpd
