#pragma once

#include <string>
#include <string_view>

struct re_pattern_buffer;

namespace iotcpd::fake {

/// A POSIX extended regular expression; owns what regcomp(3) makes.
class Pattern {
 public:
  /// Throws std::runtime_error with the reason, one phrase, when it is none. A NUL ends it.
  explicit Pattern(const std::string& text);
  ~Pattern();
  Pattern(Pattern&& other) noexcept;
  Pattern& operator=(Pattern&& other) noexcept;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// Whether any part of the text matches.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  re_pattern_buffer* compiled_;
};

}  // namespace iotcpd::fake
