#include "common/stats/hlog.h"

#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/text/fixed_point.h"
#include "common/text/printable.h"

namespace iotcpd {
namespace {

constexpr int kDecimals = 3;
constexpr double kNanosecondsPerShown = 1e6;

std::string seconds(Nanoseconds time) {
  return formatFixedHalfUp(std::chrono::duration<double>(time).count(), kDecimals);
}

/// The upper end of the highest cell in use, which is what a reader can find again; 0 when
/// nothing is counted.
std::int64_t highestCounted(const HdrHistogram& histogram) {
  if (histogram.count() == 0) return 0;
  const auto counts = histogram.counts();
  std::size_t cell = counts.size() - 1;
  while (cell > 0 && counts[cell] == 0) --cell;
  return histogram.cellHighest(cell);
}

}  // namespace

std::string hlogHead(std::chrono::system_clock::time_point start) {
  // To the millisecond first, or the date could be of the second before.
  const auto rounded = std::chrono::round<std::chrono::milliseconds>(start);
  const std::string epoch = seconds(rounded.time_since_epoch());
  const std::time_t whole =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(rounded));
  return fmt::format(
      "#[Histogram log format version 1.3]\n"
      "#[BaseTime: {0} (seconds since epoch)]\n"
      "#[StartTime: {0} (seconds since epoch), {1:%a %b %d %H:%M:%S} UTC {1:%Y}]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      epoch, fmt::gmtime(whole));
}

std::string hlogRow(std::string_view tag, Nanoseconds start, Nanoseconds length,
                    const HdrHistogram& histogram) {
  if (tag.find_first_of(", \t\r\n") != std::string_view::npos) {
    throw std::invalid_argument(
        fmt::format("tag '{}': no comma, blank or line break is accepted", printable(tag)));
  }
  const double max = static_cast<double>(highestCounted(histogram));
  return fmt::format("{}{}{}{},{},{},{}\n", tag.empty() ? "" : "Tag=", tag, tag.empty() ? "" : ",",
                     seconds(start), seconds(length),
                     formatFixedHalfUp(max / kNanosecondsPerShown, kDecimals),
                     encodeHistogram(histogram));
}

}  // namespace iotcpd
