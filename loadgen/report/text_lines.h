#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace iotcpd::loadgen {

/// Lines for a terminal, none wider than 80 columns: a longer one goes on below its second column
/// once, and what does not fit then ends in "...". REQUIRES: one column a byte.
class TextLines {
 public:
  static constexpr std::size_t kWidth = 80;
  static constexpr std::size_t kIndent = 12;
  static constexpr std::size_t kMostRows = 2;

  void add(std::string_view line);
  void blank() { text_ += '\n'; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace iotcpd::loadgen
