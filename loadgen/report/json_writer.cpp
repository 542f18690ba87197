#include "loadgen/report/json_writer.h"

#include <cassert>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "common/text/json_text.h"

namespace iotcpd::loadgen {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  json_ += jsonText(name);
  json_ += ": ";
  afterKey_ = true;
  return *this;
}

void JsonWriter::begin(char opening, char closing, Layout layout) {
  separate();
  if (!levels_.empty() && levels_.back().layout == Layout::kOneLine) layout = Layout::kOneLine;
  json_ += opening;
  levels_.push_back({closing, layout});
}

void JsonWriter::end() {
  assert(!levels_.empty());
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.isEmpty && level.layout == Layout::kLines) newLine();
  json_ += level.closing;
  if (levels_.empty()) json_ += '\n';
}

void JsonWriter::separate() {
  if (afterKey_) {
    afterKey_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.isEmpty) json_ += level.layout == Layout::kLines ? "," : ", ";
  level.isEmpty = false;
  if (level.layout == Layout::kLines) newLine();
}

void JsonWriter::newLine() {
  json_ += '\n';
  json_.append(2 * levels_.size(), ' ');
}

void JsonWriter::text(std::string_view value) {
  separate();
  json_ += jsonText(value);
}

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  fmt::format_to(std::back_inserter(json_), "{}", value);
}

void JsonWriter::number(std::optional<double> value) {
  if (value) {
    number(*value);
  } else {
    null();
  }
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  json_ += std::to_string(value);
}

void JsonWriter::count(std::uint64_t value) {
  separate();
  json_ += std::to_string(value);
}

void JsonWriter::boolean(bool value) {
  separate();
  json_ += value ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  json_ += "null";
}

void JsonWriter::milliseconds(Nanoseconds value) { decimal(value, 1'000'000, 6); }
void JsonWriter::seconds(Nanoseconds value) { decimal(value, 1'000'000'000, 9); }

void JsonWriter::decimal(Nanoseconds value, std::int64_t unit, int decimals) {
  separate();
  const std::int64_t magnitude = value < Nanoseconds::zero() ? -value.count() : value.count();
  std::string fraction = fmt::format("{:0{}}", magnitude % unit, decimals);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (value < Nanoseconds::zero()) json_ += '-';
  json_ += std::to_string(magnitude / unit);
  if (!fraction.empty()) json_ += "." + fraction;
}

void JsonWriter::texts(const std::vector<std::string>& values) {
  beginArray();
  for (const std::string& value : values) text(value);
  end();
}

}  // namespace iotcpd::loadgen
