#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/time/clock.h"

namespace iotcpd {

/// "15" (in `bareUnit`), "250ms", "1.5s", "2m", "1h", "40us", "7ns". Decimal fractions are exact to
/// the nanosecond: "1.5ns" is refused, not rounded. No sign, no white space, no exponent; nothing
/// when the text is anything else or the value does not fit.
[[nodiscard]] std::optional<Nanoseconds> parseDuration(std::string_view text, Nanoseconds bareUnit);

/// "4096", "4096B", "4KiB", "1.5MiB", "2GiB"; also "4k", "4K", "1M", "1G" (powers of 1024). A whole
/// number of bytes must result; at most 18 decimals.
[[nodiscard]] std::optional<std::uint64_t> parseSize(std::string_view text);

/// Decimal digits only.
[[nodiscard]] std::optional<std::uint64_t> parseCount(std::string_view text);

/// The shortest text with a unit and no leading "0." that parseDuration() reads back as the same
/// value: "250ms", "1.5s", "15s", "0s". A negative value gets a sign, which nothing reads back.
[[nodiscard]] std::string formatDuration(Nanoseconds value);

/// Likewise for parseSize(), in B, KiB, MiB or GiB: "4KiB", "1000B", "1.5MiB", "0B".
[[nodiscard]] std::string formatSize(std::uint64_t bytes);

}  // namespace iotcpd
