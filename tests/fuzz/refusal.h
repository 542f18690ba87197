#pragma once

#include <string>
#include <string_view>

#include "common/text/scanner.h"

namespace iotcpd::fuzz {

/// What is wrong with how `text` was refused; empty when nothing is: within the text, in one line,
/// with what would have been accepted.
[[nodiscard]] inline std::string refusalTrouble(std::string_view text, const SyntaxError& error) {
  const std::string_view what = error.what();
  if (error.position() > text.size()) return "refused at a place beyond the text";
  if (!what.starts_with("expected ")) return "refused without an expectation";
  if (what.find('\n') != std::string_view::npos) return "refused in more than one line";
  return {};
}

}  // namespace iotcpd::fuzz
