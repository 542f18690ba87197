#include "fake-daemons/grammar/pattern.h"

#include <regex.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace iotcpd::fake {
namespace {

/// regcomp(3) writes {n} out n times: what that may come to, in parts of a pattern.
constexpr std::size_t kMostExpanded = 100'000;

/// An upper bound: the length times every bound there is, as if all were nested.
std::size_t expansion(std::string_view text) {
  std::size_t parts = text.size();
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::size_t bound = 0;
    for (const char c : text.substr(at + 1, text.find('}', at) - at - 1)) {
      if (c == ',') bound = 0;
      if (c >= '0' && c <= '9')
        bound = std::min(bound * 10 + static_cast<std::size_t>(c - '0'), kMostExpanded);
    }
    parts *= std::max<std::size_t>(bound, 1);
    if (parts > kMostExpanded) break;
  }
  return parts;
}

}  // namespace

Pattern::Pattern(const std::string& text) : compiled_(nullptr) {
  if (expansion(text) > kMostExpanded) {
    throw std::runtime_error("its repetitions come to too much");
  }
  auto compiled = std::make_unique<regex_t>();
  const int error = ::regcomp(compiled.get(), text.c_str(), REG_EXTENDED);
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
  range.rm_eo = static_cast<regoff_t>(text.size());
  return ::regexec(compiled_, text.data(), 1, &range, REG_STARTEND) == 0;
}

}  // namespace iotcpd::fake
