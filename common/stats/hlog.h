#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "common/stats/hdr_codec.h"
#include "common/time/clock.h"

namespace iotcpd {

/// The head of a histogram log (format version 1.3) whose rows count from `start`.
[[nodiscard]] std::string hlogHead(std::chrono::system_clock::time_point start);
/// One row, `tag` empty for none. The histogram is in nanoseconds; the maximum is shown in ms.
[[nodiscard]] std::string hlogRow(std::string_view tag, Nanoseconds start, Nanoseconds length,
                                  const HdrHistogram& histogram);

/// A row that was read.
struct HlogRow {
  std::string tag;
  Nanoseconds start{};
  Nanoseconds length{};
  HdrHistogram histogram;
};
/// Calls `onRow` for each row of a log, whoever has written it. Throws HistogramFormatError that
/// names the line.
void readHlog(std::string_view text, const std::function<void(HlogRow&&)>& onRow);

}  // namespace iotcpd
