#include "common/text/fixed_point.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace iotcpd {
namespace {

/// 0.DIGITS times 10 to the `point`.
struct Decimal {
  std::string digits;
  int point = 0;
};

Decimal shortestDecimal(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size() - 1, value,
                                 std::chars_format::scientific)
                       .ptr;
  Decimal decimal;
  const char* at = text.data();
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') decimal.digits += *at;
  }
  // to_chars always writes an exponent of at least two digits after a sign.
  decimal.point = std::atoi(at + 1) + 1;
  return decimal;
}

void increment(Decimal& decimal) {
  for (auto digit = decimal.digits.rbegin(); digit != decimal.digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  decimal.digits.insert(decimal.digits.begin(), '1');
  ++decimal.point;
}

void roundHalfUp(Decimal& decimal, int decimals) {
  const int kept = decimal.point + decimals;
  if (kept < 0) {
    decimal = {"", -decimals};
    return;
  }
  const auto size = static_cast<std::size_t>(kept);
  const bool isUp = size < decimal.digits.size() && decimal.digits[size] >= '5';
  decimal.digits.resize(size, '0');
  if (isUp) increment(decimal);
}

}  // namespace

std::string formatFixedHalfUp(double value, int decimals) {
  if (!std::isfinite(value)) return "Infinity";
  if (value < 0) return '-' + formatFixedHalfUp(-value, decimals);
  Decimal decimal = shortestDecimal(value);
  roundHalfUp(decimal, decimals);
  std::string text = std::move(decimal.digits);
  if (decimal.point < 1) {
    text.insert(0, static_cast<std::size_t>(1 - decimal.point), '0');
    decimal.point = 1;
  }
  if (decimals > 0) text.insert(static_cast<std::size_t>(decimal.point), 1, '.');
  return text;
}

}  // namespace iotcpd
