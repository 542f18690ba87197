#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// Writes JSON from the outside in. In an object each value is preceded by its key. Texts are
/// written as jsonText() does: bytes, ASCII only. A number that JSON does not have is null.
class JsonWriter {
 public:
  /// Of an object or an array and all that is in it.
  enum class Layout { kLines, kOneLine };

  JsonWriter& key(std::string_view name);

  void beginObject(Layout layout = Layout::kLines) { begin('{', '}', layout); }
  void beginArray(Layout layout = Layout::kLines) { begin('[', ']', layout); }
  /// Ends what was begun last.
  void end();

  void text(std::string_view value);
  void number(double value);
  void number(std::optional<double> value);
  void integer(std::int64_t value);
  void count(std::uint64_t value);
  void boolean(bool value);
  void null();
  /// A time exact to the nanosecond, as a decimal number of milliseconds or seconds.
  void milliseconds(Nanoseconds value);
  void seconds(Nanoseconds value);
  void texts(const std::vector<std::string>& values);

  /// What was written. REQUIRES: everything was ended.
  [[nodiscard]] std::string take() { return std::move(json_); }

 private:
  struct Level {
    char closing;
    Layout layout;
    bool isEmpty = true;
  };

  void begin(char opening, char closing, Layout layout);
  void separate();
  void newLine();
  void decimal(Nanoseconds value, std::int64_t unit, int decimals);

  std::string json_;
  std::vector<Level> levels_;
  bool afterKey_ = false;
};

}  // namespace iotcpd::loadgen
