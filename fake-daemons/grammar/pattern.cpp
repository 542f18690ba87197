#include "fake-daemons/grammar/pattern.h"

#include <regex.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace iotcpd::fake {

Pattern::Pattern(const std::string& text) : compiled_(nullptr) {
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
