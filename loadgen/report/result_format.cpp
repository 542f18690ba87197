#include "loadgen/report/result_format.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace iotcpd::loadgen {
namespace {

using std::chrono::system_clock;

/// Reads the digits of a fixed layout, in which 0 stands for any digit.
class Fields {
 public:
  explicit Fields(std::string_view text) : text_(text) {}

  [[nodiscard]] bool follow(std::string_view layout) const {
    if (text_.size() != layout.size()) return false;
    for (std::size_t i = 0; i < layout.size(); ++i) {
      const bool isDigit = text_[i] >= '0' && text_[i] <= '9';
      if (layout[i] == '0' ? !isDigit : text_[i] != layout[i]) return false;
    }
    return true;
  }
  [[nodiscard]] int at(std::size_t start, std::size_t length) const {
    int value = 0;
    std::from_chars(text_.data() + start, text_.data() + start + length, value);
    return value;
  }

 private:
  std::string_view text_;
};

}  // namespace

std::string formatInstant(system_clock::time_point instant) {
  namespace ch = std::chrono;
  const auto since = ch::duration_cast<ch::nanoseconds>(instant.time_since_epoch());
  const ch::sys_time<ch::nanoseconds> time(since);
  const auto day = ch::floor<ch::days>(time);
  const ch::year_month_day date(day);
  const ch::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<system_clock::time_point> parseInstant(std::string_view text) {
  namespace ch = std::chrono;
  const Fields fields(text);
  if (!fields.follow("0000-00-00T00:00:00.000000000Z")) return std::nullopt;
  const ch::year_month_day date{ch::year(fields.at(0, 4)),
                                ch::month(static_cast<unsigned>(fields.at(5, 2))),
                                ch::day(static_cast<unsigned>(fields.at(8, 2)))};
  // What nanoseconds of 64 bits can tell ends in 2262.
  if (!date.ok() || date.year() < ch::year(1970) || date.year() > ch::year(2261)) {
    return std::nullopt;
  }
  if (fields.at(11, 2) > 23 || fields.at(14, 2) > 59 || fields.at(17, 2) > 59) return std::nullopt;
  const auto time = ch::sys_days(date) + ch::hours(fields.at(11, 2)) +
                    ch::minutes(fields.at(14, 2)) + ch::seconds(fields.at(17, 2)) +
                    ch::nanoseconds(fields.at(20, 9));
  return ch::time_point_cast<system_clock::duration>(time);
}

}  // namespace iotcpd::loadgen
