#include "common/text/words.h"

#include <algorithm>
#include <utility>

namespace iotcpd {
namespace {

constexpr std::string_view kSeparators = " \t\n";
/// What a backslash keeps from its meaning within "…".
constexpr std::string_view kQuotedEscapes = "$`\"\\\n";

bool isOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// One pass over the text; each member function consumes one syntactic element.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  Words split() {
    while (position_ < text_.size() && error_.empty()) takeElement();
    if (!error_.empty()) return {{}, error_};
    endWord();
    return {std::move(words_), {}};
  }

 private:
  void takeElement() {
    const char c = text_[position_];
    if (isOneOf(c, kSeparators)) {
      ++position_;
      endWord();
    } else if (c == '\'') {
      takeSingleQuoted();
    } else if (c == '"') {
      takeDoubleQuoted();
    } else if (c == '\\') {
      takeEscape();
    } else {
      ++position_;
      add(c);
    }
  }

  void takeSingleQuoted() {
    const std::size_t close = text_.find('\'', position_ + 1);
    if (close == std::string_view::npos) return fail("unterminated ' quote", position_);
    inWord_ = true;
    word_ += text_.substr(position_ + 1, close - position_ - 1);
    position_ = close + 1;
  }

  void takeDoubleQuoted() {
    const std::size_t open = position_++;
    inWord_ = true;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c == '"') return;
      const bool escapes =
          c == '\\' && position_ < text_.size() && isOneOf(text_[position_], kQuotedEscapes);
      if (!escapes) {
        add(c);
      } else if (const char escaped = text_[position_++]; escaped != '\n') {
        add(escaped);
      }
    }
    fail("unterminated \" quote", open);
  }

  void takeEscape() {
    if (position_ + 1 == text_.size()) return fail("nothing after the backslash", position_);
    const char escaped = text_[position_ + 1];
    position_ += 2;
    if (escaped != '\n') add(escaped);
  }

  void add(char c) {
    inWord_ = true;
    word_ += c;
  }

  void endWord() {
    if (inWord_) words_.push_back(std::exchange(word_, {}));
    inWord_ = false;
  }

  void fail(std::string_view what, std::size_t position) {
    error_ = std::string(what) + " at column " + std::to_string(position + 1);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  bool inWord_ = false;  ///< '' makes a word too, an empty one
  std::string word_;
  std::vector<std::string> words_;
  std::string error_;
};

bool isPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         isOneOf(c, "_-+=./:,@%");
}

void appendQuoted(std::string& text, const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), isPlain)) {
    text += word;
    return;
  }
  text += '\'';
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  text += '\'';
}

}  // namespace

Words splitWords(std::string_view text) { return Splitter(text).split(); }

std::string joinWords(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    appendQuoted(text, word);
  }
  return text;
}

}  // namespace iotcpd
