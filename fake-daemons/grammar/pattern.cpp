#include "fake-daemons/grammar/pattern.h"

#include <regex.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMostBytes = 1000;
/// regcomp(3) writes {n} out n times: what that may come to, in parts of a pattern.
constexpr std::size_t kMostExpanded = 100'000;
constexpr std::size_t kMostLookedAt = 4096;

/// A bracket expression that begins at `at`; returns where it ends, behind its ']'.
std::size_t skipBrackets(std::string_view text, std::size_t at) {
  ++at;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  while (at < text.size() && text[at] != ']') {
    const bool isClass = text[at] == '[' && at + 1 < text.size() &&
                         std::string_view(":.=").find(text[at + 1]) != std::string_view::npos;
    const std::array<char, 2> close{isClass ? text[at + 1] : '\0', ']'};
    const std::size_t end = isClass
                                ? text.find(std::string_view(close.data(), close.size()), at + 2)
                                : std::string_view::npos;
    at = end == std::string_view::npos ? at + 1 : end + close.size();
  }
  return std::min(at + 1, text.size());
}

/// The upper bound of the repetition whose '{' is at `at`.
std::size_t boundAt(std::string_view text, std::size_t at) {
  std::size_t bound = 0;
  for (const char c : text.substr(at + 1, text.find('}', at) - at - 1)) {
    if (c == ',') bound = 0;
    if (c >= '0' && c <= '9') {
      bound = std::min(bound * 10 + static_cast<std::size_t>(c - '0'), kMostExpanded);
    }
  }
  return bound;
}

/// What the pattern is refused for before it is compiled, or nothing.
std::string_view objection(std::string_view text) {
  if (text.size() > kMostBytes) return "it is longer than 1000 bytes";
  // An upper bound: the length times every bound there is, as if all were nested.
  std::size_t parts = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[') {
      at = skipBrackets(text, at) - 1;
    } else if (text[at] == '\\') {
      const char next = ++at < text.size() ? text[at] : '\0';
      if (next >= '1' && next <= '9') return "it refers back";
    } else if (text[at] == '{') {
      parts *= std::max<std::size_t>(boundAt(text, at), 1);
      if (parts > kMostExpanded) return "its repetitions come to too much";
    }
  }
  return {};
}

}  // namespace

Pattern::Pattern(const std::string& text) {
  const std::string_view refused = objection(text);
  if (!refused.empty()) throw std::runtime_error(std::string(refused));
  auto compiled = std::make_unique<regex_t>();
  const int error = ::regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error != 0) {
    std::array<char, 100> reason{};
    ::regerror(error, compiled.get(), reason.data(), reason.size());
    throw std::runtime_error(reason.data());
  }
  compiled_ = compiled.release();
}

Pattern::~Pattern() {
  if (compiled_ == nullptr) return;
  ::regfree(compiled_);
  delete compiled_;
}

Pattern::Pattern(Pattern&& other) noexcept : compiled_(std::exchange(other.compiled_, nullptr)) {}

Pattern& Pattern::operator=(Pattern&& other) noexcept {
  std::swap(compiled_, other.compiled_);
  return *this;
}

bool Pattern::matches(std::string_view text) const {
  // With REG_STARTEND the text is neither copied nor has to end with a NUL.
  regmatch_t range{};
  range.rm_so = 0;
  range.rm_eo = static_cast<regoff_t>(std::min(text.size(), kMostLookedAt));
  // Where it is cut off it has no end.
  const int flags = text.size() > kMostLookedAt ? REG_STARTEND | REG_NOTEOL : REG_STARTEND;
  return ::regexec(compiled_, text.data(), 1, &range, flags) == 0;
}

}  // namespace iotcpd::fake
