#include "common/text/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/text/scanner.h"

namespace iotcpd {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> makeValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = makeValues();

/// The first `size` letters for 24 bits.
void appendLetters(std::string& text, std::uint32_t bits, int size) {
  for (int i = 0; i < size; ++i) text += kAlphabet[(bits >> (18 - 6 * i)) & 63];
}

/// The first `size` bytes of 24 bits.
void appendBytes(std::string& bytes, std::uint32_t bits, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(bits >> (16 - 8 * i));
}

/// The letters of text from `start` on, at most four, as the upper ones of 24 bits.
std::uint32_t readLetters(std::string_view text, std::size_t start, std::size_t size) {
  std::uint32_t bits = 0;
  for (std::size_t i = start; i < start + size; ++i) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    if (value == kNone) throw SyntaxError(text, i, "base64 (A-Z a-z 0-9 + /)");
    bits |= std::uint32_t{value} << (18 - 6 * (i - start));
  }
  return bits;
}

}  // namespace

std::string encodeBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[i])} : 0;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    const auto left = static_cast<int>(std::min<std::size_t>(bytes.size() - i, 3));
    appendLetters(text, bits, left + 1);
    text.append(static_cast<std::size_t>(3 - left), '=');
  }
  return text;
}

std::string decodeBase64(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t letters = text.size() - padding;
  const std::size_t whole = letters / 4 * 4;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < whole; i += 4) appendBytes(bytes, readLetters(text, i, 4), 3);

  const std::uint32_t last = readLetters(text, whole, letters - whole);
  if (text.size() % 4 != 0 || letters - whole == 1 || (letters == whole && padding > 0)) {
    throw SyntaxError(text, text.size(), "base64 in groups of four, the last one filled with '='");
  }
  if (padding == 0) return bytes;
  // Bits beyond the last whole byte must be 0, or two texts would mean the same bytes.
  const std::size_t extra = 3 - padding;
  if ((last << (8 + 8 * extra)) != 0) {
    throw SyntaxError(text, letters - 1, "a last letter of base64 without surplus bits");
  }
  appendBytes(bytes, last, extra);
  return bytes;
}

}  // namespace iotcpd
