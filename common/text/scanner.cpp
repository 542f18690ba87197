#include "common/text/scanner.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"

namespace iotcpd {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kWordBytes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

std::string describe(std::string_view text, std::size_t position, std::string_view expected) {
  constexpr std::size_t kShown = 60;
  std::string_view before = text.substr(0, position);
  std::string_view after = text.substr(position);
  const bool cutBefore = before.size() > kShown;
  const bool cutAfter = after.size() > kShown;
  if (cutBefore) before.remove_prefix(before.size() - kShown);
  after = after.substr(0, kShown);
  return fmt::format("expected {} at column {}: {}{}<-- HERE {}{}", expected, position + 1,
                     cutBefore ? "..." : "", printable(before), printable(after),
                     cutAfter ? "..." : "");
}

/// The '-' of an arrow is no part of the word before it: "off->exit(1)".
std::string_view wordAtFront(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_not_of(kWordBytes));
  const bool endsInArrow = word.ends_with('-') && text.substr(word.size()).starts_with('>');
  return word.substr(0, word.size() - (endsInArrow ? 1 : 0));
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

SyntaxError::SyntaxError(std::string_view text, std::size_t position, std::string_view expected)
    : std::runtime_error(describe(text, std::min(position, text.size()), expected)),
      position_(position) {}

std::string formatShare(Share share) {
  constexpr std::uint32_t kPercent = Share::kWhole / 100;
  std::string text =
      fmt::format("{}.{:04}", share.millionths / kPercent, share.millionths % kPercent);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + '%';
}

std::string quoteText(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      quoted += '\\';
      quoted += byte;
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\x{:02x}", code);
    } else {
      quoted += byte;
    }
  }
  return quoted += '"';
}

void Scanner::failAt(std::size_t position, std::string_view expected) const {
  throw SyntaxError(text_, position, expected);
}

std::string_view Scanner::takeWhile(std::string_view accepted) {
  const std::string_view left = rest();
  const std::string_view taken = left.substr(0, left.find_first_not_of(accepted));
  position_ += taken.size();
  return taken;
}

void Scanner::skipBlanks() { static_cast<void>(takeWhile(" \t")); }

bool Scanner::skip(std::string_view literal) {
  if (!rest().starts_with(literal)) return false;
  position_ += literal.size();
  return true;
}

void Scanner::expect(std::string_view literal) {
  skipBlanks();
  if (!skip(literal)) fail(fmt::format("'{}'", literal));
  skipBlanks();
}

void Scanner::expectEnd() {
  skipBlanks();
  if (!atEnd()) fail("nothing more");
}

std::string_view Scanner::word() {
  const std::string_view word = peekWord();
  position_ += word.size();
  return word;
}

std::string_view Scanner::peekWord() const { return wordAtFront(rest()); }

std::uint64_t Scanner::count(std::uint64_t least, std::uint64_t most) {
  const std::size_t start = position_;
  const auto value = parseCount(takeWhile(kDigits));
  if (!value || *value < least || *value > most) {
    failAt(start, fmt::format("a whole number from {} to {}", least, most));
  }
  return *value;
}

Nanoseconds Scanner::duration() {
  constexpr Nanoseconds kMost = std::chrono::hours(24);
  const std::size_t start = position_;
  const std::string_view taken = takeWhile("0123456789.abcdefghijklmnopqrstuvwxyz");
  // Without a unit: a number of days is always too much, so that only 0 is left.
  const auto value = parseDuration(taken, kMost + Nanoseconds(1));
  if (!value || *value > kMost) failAt(start, "a time with its unit such as 5ms, at most 24h");
  return *value;
}

std::uint64_t Scanner::size(std::uint64_t most) {
  const std::size_t start = position_;
  const auto value = parseSize(takeWhile("0123456789.BKMGik"));
  if (!value || *value < 1 || *value > most) {
    failAt(start, fmt::format("a size from 1B to {}", formatSize(most)));
  }
  return *value;
}

double Scanner::number(double least, double most) {
  const std::size_t start = position_;
  const std::string_view taken = takeWhile("0123456789.");
  double value = 0;
  const char* end = taken.data() + taken.size();
  const auto [stop, error] = std::from_chars(taken.data(), end, value, std::chars_format::fixed);
  if (taken.empty() || error != std::errc() || stop != end || value < least || value > most) {
    failAt(start, fmt::format("a number from {} to {}", least, most));
  }
  return value;
}

Share Scanner::share() {
  const std::size_t start = position_;
  const std::string_view taken = takeWhile("0123456789.");
  // Millionths of a whole are "nanoseconds" of 10 us to the percent: the exact reader of decimals.
  const auto value = parseDuration(taken, Nanoseconds(Share::kWhole / 100));
  const bool usable = value && value->count() > 0 && value->count() <= Share::kWhole;
  if (!usable || !skip("%")) failAt(start, "a share above 0% and at most 100%, such as 2.5%");
  return Share{static_cast<std::uint32_t>(value->count())};
}

char Scanner::escaped() {
  const std::size_t start = position_;
  ++position_;
  const char kind = peek();
  ++position_;
  if (kind == 'n') return '\n';
  if (kind == 't') return '\t';
  if (kind == '"' || kind == '\\') return kind;
  const std::string_view left = position_ < text_.size() ? rest() : std::string_view();
  if (kind == 'x' && left.size() >= 2 && hexDigit(left[0]) >= 0 && hexDigit(left[1]) >= 0) {
    position_ += 2;
    return static_cast<char>(hexDigit(left[0]) * 16 + hexDigit(left[1]));
  }
  failAt(start, R"(one of \" \\ \n \t \xNN)");
}

std::string Scanner::quoted() {
  const std::size_t start = position_;
  ++position_;
  std::string value;
  while (!atEnd()) {
    if (skip("\"")) return value;
    if (peek() == '\\') {
      value += escaped();
    } else {
      value += peek();
      ++position_;
    }
  }
  failAt(start, "a closing '\"' to this one");
}

std::string Scanner::text(std::string_view expected) {
  if (peek() == '"') return quoted();
  const std::size_t start = position_;
  const std::string_view left = rest();
  std::string_view bare = left.substr(0, left.find_first_of(",)"));
  position_ += bare.size();
  bare = bare.substr(0, bare.find_last_not_of(" \t") + 1);
  if (bare.empty()) failAt(start, expected);
  return std::string(bare);
}

std::string Scanner::delimited(char delimiter, std::string_view expected) {
  const std::size_t start = position_;
  if (peek() != delimiter) fail(expected);
  std::string value;
  for (++position_; !atEnd(); ++position_) {
    if (peek() == delimiter) {
      ++position_;
      return value;
    }
    const std::string_view left = rest();
    // Only before the delimiter does a backslash say something to us.
    if (left.size() >= 2 && left[0] == '\\') {
      if (left[1] != delimiter) value += '\\';
      ++position_;
    }
    value += peek();
  }
  failAt(start, fmt::format("a closing '{}' to this one", delimiter));
}

}  // namespace iotcpd
