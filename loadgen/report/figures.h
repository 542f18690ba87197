#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/stats/hdr_histogram.h"
#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// A percentile that reports show.
struct ReportedPercentile {
  double percentile;       ///< 99.9
  std::string_view label;  ///< "p99.9", for people
  std::string_view key;    ///< "p999", in files
};
inline constexpr std::array<ReportedPercentile, 7> kReportedPercentiles{{
    {50, "p50", "p50"},
    {75, "p75", "p75"},
    {90, "p90", "p90"},
    {95, "p95", "p95"},
    {99, "p99", "p99"},
    {99.9, "p99.9", "p999"},
    {99.99, "p99.99", "p9999"},
}};

inline constexpr double kNanosecondsPerMillisecond = 1e6;

[[nodiscard]] constexpr double inMilliseconds(double nanoseconds) {
  return nanoseconds / kNanosecondsPerMillisecond;
}
[[nodiscard]] constexpr double inMilliseconds(std::int64_t nanoseconds) {
  return inMilliseconds(static_cast<double>(nanoseconds));
}
[[nodiscard]] inline double inSeconds(Nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// In milliseconds; nothing when the histogram has too few samples for it (samplesNeeded()).
[[nodiscard]] std::optional<double> percentileMs(const HdrHistogram& histogram, double percentile);
/// "insufficient samples (500 of 3,688)" for a percentile that percentileMs() does not tell.
[[nodiscard]] std::string insufficientSamples(const HdrHistogram& histogram, double percentile);

/// "1,234,567".
[[nodiscard]] std::string groupedCount(std::uint64_t count);
/// "99.90 %", "0.01 %", "<0.01 %": never 0 for some, never 100 for not all.
[[nodiscard]] std::string shareText(std::uint64_t part, std::uint64_t whole);
/// "1,234.5/s"; of less than one a second three digits: "0.0167/s".
[[nodiscard]] std::string rateText(double perSecond);
/// "512 B", "1.21 MiB": to read, not to read back.
[[nodiscard]] std::string roughSize(std::uint64_t bytes);

}  // namespace iotcpd::loadgen
