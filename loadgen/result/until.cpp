#include "loadgen/result/until.h"

#include <fmt/format.h>

#include "common/text/scanner.h"
#include "loadgen/result/confidence.h"
#include "loadgen/result/figure_text.h"
#include "loadgen/result/percentile_text.h"

namespace iotcpd::loadgen {
namespace {

/// Narrower, and the cells of the histogram would be what is seen.
constexpr std::uint32_t kLeastShare = Share::kWhole / 200;

}  // namespace

Until Until::parse(std::string_view text) {
  Scanner scanner(text);
  scanner.skipBlanks();
  Until until;
  until.percentile = takePercentile(scanner);
  scanner.skipBlanks();
  if (!scanner.skip("±") && !scanner.skip("+-")) scanner.fail("'±' or '+-'");
  scanner.skipBlanks();
  const std::size_t start = scanner.position();
  const Share share = scanner.share();
  if (share.millionths < kLeastShare) scanner.failAt(start, "a share from 0.5% to 100%");
  scanner.expectEnd();
  until.halfWidth = share.value();
  until.text = percentileText(until.percentile) + "+-" + formatShare(share);
  return until;
}

bool Until::isReached(const HdrHistogram& latency, double effectiveShare) const {
  const auto interval = percentileInterval(latency, percentile, effectiveShare);
  if (!interval) return false;
  const auto value = static_cast<double>(latency.valueAtPercentile(percentile));
  return interval->high - value <= halfWidth * value && value - interval->low <= halfWidth * value;
}

std::string Until::shortfall(const HdrHistogram& latency, double effectiveShare) const {
  if (isReached(latency, effectiveShare)) return {};
  const auto interval = percentileInterval(latency, percentile, effectiveShare);
  if (!interval) {
    return fmt::format("{} was not reached: {} samples are too few for an interval", text,
                       latency.count());
  }
  return fmt::format("{} was not reached: the interval is {} to {}", text,
                     timeFigure(interval->low), timeFigure(interval->high));
}

}  // namespace iotcpd::loadgen
