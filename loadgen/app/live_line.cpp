#include "loadgen/app/live_line.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "common/text/quantity.h"
#include "loadgen/result/confidence.h"
#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kRewrite = "\r\x1b[K";

std::string figureOf(std::int64_t ns) { return timeFigure(static_cast<double>(ns)); }

/// "-" for a percentile that so few replies do not tell.
std::string percentileOf(const HdrHistogram& latency, double percentile) {
  const auto count = static_cast<std::uint64_t>(latency.count());
  return count < samplesNeeded(percentile) ? "-" : figureOf(latency.valueAtPercentile(percentile));
}

std::string maxOf(const HdrHistogram& latency) {
  return latency.count() == 0 ? "-" : figureOf(latency.max());
}

/// A terminal that has been stopped must not stop the run.
void show(std::string_view text) { static_cast<void>(writeNonBlocking(STDERR_FILENO, text)); }

}  // namespace

bool LiveLine::isWanted() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

LiveLine::LiveLine(const RunSettings& settings) {
  if (settings.plan.duration) length_ = fmt::format("/{}", formatDuration(*settings.plan.duration));
}

void LiveLine::onInterval(const RunInterval& interval) {
  const double seconds = std::chrono::duration<double>(interval.length).count();
  const double since = std::chrono::duration<double>(interval.start + interval.length).count();
  errors_ += interval.outcomes.errors();
  const double rate =
      seconds > 0 ? static_cast<double>(interval.outcomes[Outcome::kOk]) / seconds : 0;
  show(
      fmt::format("{}{:.0f}s{}{}  {:.0f}/s ok  p50 {}  p99 {}  max {}  "
                  "errors {}",
                  kRewrite, since, length_, interval.isWarmup ? " warm-up" : "", rate,
                  percentileOf(interval.latency, 50), percentileOf(interval.latency, 99),
                  maxOf(interval.latency), errors_));
  isShown_ = true;
}

void LiveLine::clear() {
  if (isShown_) show(kRewrite);
  isShown_ = false;
}

}  // namespace iotcpd::loadgen
