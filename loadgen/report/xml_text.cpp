#include "loadgen/report/xml_text.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace iotcpd::loadgen {
namespace {

unsigned byteAt(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

/// How long a sequence with this first byte is; 0 when none begins so.
std::size_t sequenceLength(unsigned first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/// Char of XML 1.0, beyond ASCII.
bool isXmlCharacter(std::uint32_t code, std::size_t length) {
  if (length == 3 && code < 0x800) return false;
  if (length == 4 && code < 0x10000) return false;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code != 0xfffe && code != 0xffff && code <= 0x10ffff;
}

/// Length of the character beyond ASCII that `bytes` begins with; 0 when there is none that XML
/// allows.
std::size_t characterLength(std::string_view bytes) {
  const unsigned first = byteAt(bytes, 0);
  const std::size_t length = sequenceLength(first);
  if (length < 2 || bytes.size() < length) return 0;
  std::uint32_t code = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byteAt(bytes, i);
    if ((next & 0xc0U) != 0x80) return 0;
    code = (code << 6U) | (next & 0x3fU);
  }
  return isXmlCharacter(code, length) ? length : 0;
}

std::string asciiText(char byte) {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\n':
      return "&#10;";
    case '\t':
      return "&#9;";
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(byte);
  return code < 0x20 || code == 0x7f ? fmt::format("\\x{:02x}", code) : std::string(1, byte);
}

}  // namespace

std::string xmlText(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    std::size_t length = 1;
    if (byteAt(bytes, 0) < 0x80) {
      text += asciiText(bytes.front());
    } else if (const std::size_t found = characterLength(bytes); found > 0) {
      length = found;
      text += bytes.substr(0, length);
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byteAt(bytes, 0));
    }
    bytes.remove_prefix(length);
  }
  return text;
}

}  // namespace iotcpd::loadgen
