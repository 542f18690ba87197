#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iotcpd {

/// Words of a command line, or the reason why there are none.
struct Words {
  std::vector<std::string> words;
  /// Empty when the text could be split; else one phrase: "unterminated ' quote at column 12".
  std::string error;
};

/// Splits text as a POSIX shell splits words: blanks and newlines separate, '…' is literal, in "…"
/// a backslash keeps its meaning before $ ` " \ and newline only, outside quotes it takes the next
/// character literally; backslash-newline joins two lines. Nothing is expanded: $, *, ~ and # stand
/// for themselves.
[[nodiscard]] Words splitWords(std::string_view text);

/// The inverse: quotes where needed so that splitWords() gives `words` back.
[[nodiscard]] std::string joinWords(const std::vector<std::string>& words);

}  // namespace iotcpd
