#include "loadgen/plan/rate.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/text/quantity.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

struct UnitOfTime {
  std::string_view name;
  std::uint64_t inAnHour;
};
/// By Rate::Unit.
constexpr std::array<UnitOfTime, 3> kUnits{{{"s", 3600}, {"min", 60}, {"h", 1}}};

const UnitOfTime& unitOf(Rate rate) { return kUnits.at(static_cast<std::size_t>(rate.unit)); }

bool skipUnit(Scanner& scanner, Rate::Unit& unit) {
  const std::string_view word = scanner.word();
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits.at(i).name != word) continue;
    unit = static_cast<Rate::Unit>(i);
    return true;
  }
  return false;
}

}  // namespace

std::int64_t Rate::perHourMillionths() const {
  return static_cast<std::int64_t>(millionths * unitOf(*this).inAnHour);
}

Rate parseRate(Scanner& scanner) {
  const std::size_t start = scanner.position();
  const std::string_view rest = scanner.rest();
  const std::string_view number = rest.substr(0, rest.find_first_not_of("0123456789."));
  scanner.skip(number);
  // Millionths are "nanoseconds" of a bare unit of a million: the exact reader of decimals.
  const auto millionths = parseDuration(number, Nanoseconds(kMillion));
  Rate rate;
  const bool isRate = millionths && scanner.skip("/") && skipUnit(scanner, rate.unit);
  const auto most = static_cast<std::uint64_t>(kHighestRate) / unitOf(rate).inAnHour;
  if (!isRate || static_cast<std::uint64_t>(millionths->count()) > most) {
    scanner.failAt(start,
                   "a rate such as 1000/s (s, min or h), at most 10000000/s, with at most six "
                   "decimals");
  }
  rate.millionths = static_cast<std::uint64_t>(millionths->count());
  return rate;
}

std::string formatRate(Rate rate) {
  std::string text =
      fmt::format("{}.{:06}", rate.millionths / kMillion, rate.millionths % kMillion);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return fmt::format("{}/{}", text, unitOf(rate).name);
}

}  // namespace iotcpd::loadgen
