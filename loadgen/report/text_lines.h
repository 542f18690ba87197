#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace iotcpd::loadgen {

/// Lines for a terminal, none wider than 80 columns: a longer one goes on in the next row,
/// indented, and what does not fit into its rows ends in "...". Counts one column a byte.
class TextLines {
 public:
  static constexpr std::size_t kWidth = 80;
  static constexpr std::size_t kIndent = 12;

  /// REQUIRES: mostRows >= 1.
  void add(std::string_view line, std::size_t mostRows = 2);
  void blank() { text_ += '\n'; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace iotcpd::loadgen
