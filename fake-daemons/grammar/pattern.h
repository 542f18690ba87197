#pragma once

#include <string>
#include <string_view>

struct re_pattern_buffer;

namespace iotcpd::fake {

/// A POSIX extended regular expression without back-references; owns what regcomp(3) makes.
class Pattern {
 public:
  /// At most 1000 bytes, and 100,000 when its repetitions are written out: regcomp(3) of glibc
  /// calls itself for each bracket. Throws std::runtime_error with the reason, one phrase, when it
  /// is none. A NUL ends it.
  explicit Pattern(const std::string& text);
  ~Pattern();
  Pattern(Pattern&& other) noexcept;
  Pattern& operator=(Pattern&& other) noexcept;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// Whether any part of the text's first 4 KiB matches: the time is quadratic in their number.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  re_pattern_buffer* compiled_ = nullptr;
};

}  // namespace iotcpd::fake
