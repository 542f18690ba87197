#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/text/scanner.h"

namespace iotcpd::loadgen {

/// A stretch of a request template: text that is always the same, or a placeholder.
struct TemplatePiece {
  enum class Kind : std::uint8_t { kText, kSequence, kUuid, kRandom, kToken, kFile };

  Kind kind = Kind::kText;
  std::string text;         ///< kText: the text, braces single; kFile: the path
  std::uint64_t least = 0;  ///< kRandom
  std::uint64_t most = 0;   ///< kRandom
};

/// Takes a template apart, to the end of the text. Of two pieces one is a placeholder. Throws
/// SyntaxError.
[[nodiscard]] std::vector<TemplatePiece> parseTemplate(Scanner& scanner);

}  // namespace iotcpd::loadgen
