#pragma once

#include <cstdint>
#include <string>

#include "common/text/scanner.h"

namespace iotcpd::loadgen {

/// So many per second, minute or hour, as written: "1000/s", "0.5/min". Exact to a millionth, so
/// that it prints as it was read. A value.
struct Rate {
  enum class Unit : std::uint8_t { kSecond, kMinute, kHour };

  std::uint64_t millionths = 0;  ///< of one per unit
  Unit unit = Unit::kSecond;

  /// The unit in which all rates are whole numbers: millionths of one per hour.
  [[nodiscard]] std::int64_t perHourMillionths() const;

  friend bool operator==(const Rate&, const Rate&) = default;
};

/// 10,000,000/s, the highest rate there is, in Rate::perHourMillionths().
inline constexpr std::int64_t kHighestRate = 36'000'000'000'000'000;
inline constexpr double kOnePerSecond = 3.6e9;  ///< perHourMillionths() of 1/s

/// Reads NUMBER/UNIT, from 0/s to 10,000,000/s with at most six decimals. Throws SyntaxError.
[[nodiscard]] Rate parseRate(Scanner& scanner);
/// Reads back as the same rate.
[[nodiscard]] std::string formatRate(Rate rate);

}  // namespace iotcpd::loadgen
