#include "loadgen/report/figures.h"

#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "loadgen/result/confidence.h"

namespace iotcpd::loadgen {

std::optional<double> percentileMs(const HdrHistogram& histogram, double percentile) {
  if (static_cast<std::uint64_t>(histogram.count()) < samplesNeeded(percentile)) {
    return std::nullopt;
  }
  return inMilliseconds(histogram.valueAtPercentile(percentile));
}

std::string insufficientSamples(const HdrHistogram& histogram, double percentile) {
  return fmt::format("insufficient samples ({} of {})",
                     groupedCount(static_cast<std::uint64_t>(histogram.count())),
                     groupedCount(samplesNeeded(percentile)));
}

std::string groupedCount(std::uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string shareText(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  if (part == whole) return "100 %";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.01) return "<0.01 %";
  if (percent > 99.99) return ">99.99 %";
  return fmt::format("{:.2f} %", percent);
}

std::string rateText(double perSecond) {
  if (perSecond > 0 && perSecond < 0.9995) return fmt::format("{:.3g}/s", perSecond);
  const auto tenths = static_cast<std::uint64_t>(std::llround(perSecond * 10));
  return fmt::format("{}.{}/s", groupedCount(tenths / 10), tenths % 10);
}

std::string roughSize(std::uint64_t bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.2f} {}", size, kUnits[unit]);
}

}  // namespace iotcpd::loadgen
