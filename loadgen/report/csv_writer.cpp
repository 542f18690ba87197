#include "loadgen/report/csv_writer.h"

#include <array>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "loadgen/report/figures.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kPercentiles{50.0, 90.0, 99.0};

std::string columns() {
  std::string line = "start_s,length_s,warmup,sent";
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    line += ',';
    line += outcomeName(static_cast<Outcome>(i));
  }
  return line + ",rate,p50_ms,p90_ms,p99_ms,max_ms\n";
}

}  // namespace

void CsvWriter::begin() { file_.append(columns()); }

void CsvWriter::onInterval(const RunInterval& interval) {
  std::string row =
      fmt::format("{:.3f},{:.3f},{},{}", inSeconds(interval.start), inSeconds(interval.length),
                  interval.isWarmup ? 1 : 0, interval.sent);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    row += fmt::format(",{}", interval.outcomes[static_cast<Outcome>(i)]);
  }
  const double seconds = inSeconds(interval.length);
  const auto answered = static_cast<double>(interval.outcomes[Outcome::kOk]);
  row += fmt::format(",{:.1f}", seconds > 0 ? answered / seconds : 0);
  for (const double percentile : kPercentiles) {
    const std::optional<double> value = percentileMs(interval.latency, percentile);
    row += value ? fmt::format(",{:.3f}", *value) : ",";
  }
  const bool isEmpty = interval.latency.count() == 0;
  row += isEmpty ? "," : fmt::format(",{:.3f}", inMilliseconds(interval.latency.max()));
  file_.append(row + "\n");
}

}  // namespace iotcpd::loadgen
