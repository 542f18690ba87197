#include "loadgen/report/text_lines.h"

#include <algorithm>

namespace iotcpd::loadgen {
namespace {

/// How much of `line` goes into a row of `width`: up to a blank when there is one late enough.
std::size_t breakAt(std::string_view line, std::size_t width) {
  const std::size_t blank = line.rfind(' ', width);
  return blank != std::string_view::npos && blank > width / 2 ? blank : width;
}

}  // namespace

void TextLines::add(std::string_view line, std::size_t mostRows) {
  std::size_t width = kWidth;
  for (std::size_t row = 1; line.size() > width && row < mostRows; ++row) {
    const std::size_t end = breakAt(line, width);
    text_ += line.substr(0, end);
    text_ += '\n';
    line.remove_prefix(end);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    text_.append(kIndent, ' ');
    width = kWidth - kIndent;
  }
  if (line.size() > width) {
    text_ += line.substr(0, width - 3);
    text_ += "...";
  } else {
    text_ += line;
  }
  text_ += '\n';
}

}  // namespace iotcpd::loadgen
