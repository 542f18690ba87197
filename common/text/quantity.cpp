#include "common/text/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <numeric>
#include <span>

namespace iotcpd {
namespace {

/// 10^18 is the highest power of ten whose multiples by a digit fit 64 bits.
constexpr std::size_t kMaxDecimals = 18;

struct Unit {
  std::string_view suffix;
  std::uint64_t size;
};

// Largest first: of equally short texts, the formatters take the first without a decimal point.
constexpr std::array<Unit, 6> kDurationUnits = {{{"h", 3'600'000'000'000},
                                                 {"m", 60'000'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"ms", 1'000'000},
                                                 {"us", 1'000},
                                                 {"ns", 1}}};
constexpr std::uint64_t kKi = 1024;
constexpr std::array<Unit, 4> kSizeUnits = {
    {{"GiB", kKi* kKi* kKi}, {"MiB", kKi* kKi}, {"KiB", kKi}, {"B", 1}}};
constexpr std::array<Unit, 4> kShortSizeUnits = {
    {{"G", kKi* kKi* kKi}, {"M", kKi* kKi}, {"K", kKi}, {"k", kKi}}};

/// "12.50ms" taken apart, with zeros at the end of the fraction dropped. A missing whole part shows
/// when it is read.
struct Number {
  std::string_view whole;
  std::string_view fraction;
  std::string_view suffix;
};

std::size_t digitsAtFront(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

std::optional<Number> takeApart(std::string_view text) {
  Number number;
  number.whole = text.substr(0, digitsAtFront(text));
  text.remove_prefix(number.whole.size());
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    number.fraction = text.substr(0, digitsAtFront(text));
    if (number.fraction.empty()) return std::nullopt;
    text.remove_prefix(number.fraction.size());
    number.fraction = number.fraction.substr(0, number.fraction.find_last_not_of('0') + 1);
  }
  number.suffix = text;
  return number;
}

std::optional<std::uint64_t> digitsValue(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// 0.`fraction` times `unit` when that is a whole number.
std::optional<std::uint64_t> fractionOf(std::string_view fraction, std::uint64_t unit) {
  if (fraction.empty()) return 0;
  if (fraction.size() > kMaxDecimals) return std::nullopt;
  const std::uint64_t numerator = digitsValue(fraction).value_or(0);
  std::uint64_t denominator = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) denominator *= 10;
  // Reduced first: numerator * unit need not fit 64 bits though the result does.
  const std::uint64_t common = std::gcd(denominator, unit);
  if (numerator % (denominator / common) != 0) return std::nullopt;
  return numerator / (denominator / common) * (unit / common);
}

std::optional<std::uint64_t> valueOf(const Number& number, std::uint64_t unit) {
  const std::optional<std::uint64_t> whole = digitsValue(number.whole);
  const std::optional<std::uint64_t> part = fractionOf(number.fraction, unit);
  std::uint64_t value = 0;
  if (!whole || !part || __builtin_mul_overflow(*whole, unit, &value) ||
      __builtin_add_overflow(value, *part, &value)) {
    return std::nullopt;
  }
  return value;
}

const Unit* findUnit(std::span<const Unit> units, std::string_view suffix) {
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const Unit& unit) { return unit.suffix == suffix; });
  return found == units.end() ? nullptr : &*found;
}

/// `value` in `unit`, or nothing when that takes more than kMaxDecimals decimals or starts with 0.
std::optional<std::string> textIn(const Unit& unit, std::uint64_t value) {
  if (value < unit.size) return std::nullopt;
  std::string text = std::to_string(value / unit.size);
  std::uint64_t rest = value % unit.size;
  if (rest != 0) text += '.';
  for (std::size_t decimals = 0; rest != 0; ++decimals) {
    if (decimals == kMaxDecimals) return std::nullopt;
    rest *= 10;
    text += static_cast<char>('0' + rest / unit.size);
    rest %= unit.size;
  }
  text += unit.suffix;
  return text;
}

std::string shortestText(std::span<const Unit> units, std::uint64_t value) {
  std::string best;
  const auto hasPoint = [](const std::string& text) { return text.find('.') != std::string::npos; };
  for (const Unit& unit : units) {
    const std::optional<std::string> text = textIn(unit, value);
    if (!text) continue;
    const bool shorter = best.empty() || text->size() < best.size();
    const bool plainer = text->size() == best.size() && hasPoint(best) && !hasPoint(*text);
    if (shorter || plainer) best = *text;
  }
  return best;
}

}  // namespace

std::optional<Nanoseconds> parseDuration(std::string_view text, Nanoseconds bareUnit) {
  const std::optional<Number> number = takeApart(text);
  if (!number) return std::nullopt;
  const Unit bare{"", static_cast<std::uint64_t>(bareUnit.count())};
  const Unit* unit = number->suffix.empty() ? &bare : findUnit(kDurationUnits, number->suffix);
  if (unit == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> value = valueOf(*number, unit->size);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Nanoseconds::rep>::max());
  if (!value || *value > kMost) return std::nullopt;
  return Nanoseconds(static_cast<Nanoseconds::rep>(*value));
}

std::optional<std::uint64_t> parseSize(std::string_view text) {
  const std::optional<Number> number = takeApart(text);
  if (!number) return std::nullopt;
  const std::string_view suffix = number->suffix.empty() ? "B" : number->suffix;
  const Unit* unit = findUnit(kSizeUnits, suffix);
  if (unit == nullptr) unit = findUnit(kShortSizeUnits, suffix);
  if (unit == nullptr) return std::nullopt;
  return valueOf(*number, unit->size);
}

std::optional<std::uint64_t> parseCount(std::string_view text) { return digitsValue(text); }

std::string formatDuration(Nanoseconds value) {
  if (value == Nanoseconds::zero()) return "0s";
  const auto count = static_cast<std::uint64_t>(value.count());
  if (value < Nanoseconds::zero()) return '-' + shortestText(kDurationUnits, 0 - count);
  return shortestText(kDurationUnits, count);
}

std::string formatSize(std::uint64_t bytes) {
  return bytes == 0 ? "0B" : shortestText(kSizeUnits, bytes);
}

}  // namespace iotcpd
