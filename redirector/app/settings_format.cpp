#include "redirector/app/settings_format.h"

#include <algorithm>
#include <cstddef>

namespace iotcpd::redirector {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";
constexpr std::string_view kEnds = "\r\n";

/// The letters of the escapes, and what each stands for.
constexpr std::string_view kLetters = "trnf";
constexpr std::string_view kMeanings = "\t\r\n\f";

bool isOneOf(std::string_view bytes, char byte) {
  return bytes.find(byte) != std::string_view::npos;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

/// A value as it is put together: blanks at its ends count only when they were escaped.
class Value {
 public:
  void add(char byte) {
    if (text_.empty() && isOneOf(kBlanks, byte)) return;
    text_ += byte;
    if (!isOneOf(kBlanks, byte)) counted_ = text_.size();
  }
  void addEscaped(char byte) {
    text_ += byte;
    counted_ = text_.size();
  }
  [[nodiscard]] std::string text() const { return text_.substr(0, counted_); }

 private:
  std::string text_;
  std::size_t counted_ = 0;  ///< without unescaped blanks at the end
};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::vector<SettingLine> parse() {
    std::vector<SettingLine> settings;
    for (skipBlanks(); !rest_.empty(); skipBlanks()) {
      if (isOneOf("#!", rest_.front())) {
        takeUntil(kEnds);
      } else {
        settings.push_back(takeSetting());
      }
    }
    return settings;
  }

 private:
  void skipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view takeUntil(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  char takeByte() {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return byte;
  }

  SettingLine takeSetting() {
    SettingLine setting{trimmed(takeUntil("=:\r\n")), {}};
    if (!rest_.empty() && isOneOf("=:", takeByte())) setting.value = takeValue();
    return setting;
  }

  std::string takeValue() {
    Value value;
    while (!rest_.empty() && !isOneOf(kEnds, rest_.front())) {
      const char byte = takeByte();
      if (byte == '\\') {
        takeEscape(value);
      } else {
        value.add(byte);
      }
    }
    return value.text();
  }

  void takeEscape(Value& value) {
    if (rest_.empty()) return;
    const char byte = takeByte();
    if (byte == '\r' && rest_.starts_with('\n')) takeByte();
    if (isOneOf(kEnds, byte)) return;
    const std::size_t letter = kLetters.find(byte);
    value.addEscaped(letter == std::string_view::npos ? byte : kMeanings[letter]);
  }

  std::string_view rest_;
};

}  // namespace

std::vector<SettingLine> parseSettings(std::string_view text) { return Parser(text).parse(); }

std::string settingText(const SettingLine& setting) {
  std::string text = setting.name + " = ";
  for (std::size_t i = 0; i < setting.value.size(); ++i) {
    const char byte = setting.value[i];
    const std::size_t meaning = kMeanings.find(byte);
    const bool atAnEnd = i == 0 || i + 1 == setting.value.size();
    if (meaning != std::string_view::npos) {
      text += {'\\', kLetters[meaning]};
    } else if (byte == '\\' || (atAnEnd && isOneOf(kBlanks, byte))) {
      text += {'\\', byte};
    } else {
      text += byte;
    }
  }
  return text + '\n';
}

}  // namespace iotcpd::redirector
