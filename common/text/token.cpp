#include "common/text/token.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace iotcpd {
namespace {

bool isTokenDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string formatToken(std::uint64_t number) {
  return fmt::format("{}{:016x}", kTokenStart, number);
}

std::uint64_t tokenNumber(std::string_view token) {
  assert(token.size() == kTokenBytes);
  std::uint64_t number = 0;
  for (const char digit : token.substr(kTokenStart.size(), kTokenDigits)) {
    // In ASCII only the letters have bit 6, and 'a' has 1 in the lowest four.
    const auto code = static_cast<unsigned char>(digit);
    number = (number << 4U) + (code & 15U) + 9 * (code >> 6U);
  }
  return number;
}

std::string_view findToken(std::string_view text) {
  for (std::size_t at = text.find(kTokenStart); at != std::string_view::npos;
       at = text.find(kTokenStart, at + 1)) {
    const std::string_view token = text.substr(at, kTokenBytes);
    if (token.size() < kTokenBytes) return {};
    if (std::ranges::all_of(token.substr(kTokenStart.size()), isTokenDigit)) return token;
  }
  return {};
}

}  // namespace iotcpd
