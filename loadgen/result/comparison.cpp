#include "loadgen/result/comparison.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "loadgen/result/confidence.h"
#include "loadgen/result/figure_text.h"
#include "loadgen/result/percentile_text.h"
#include "loadgen/result/probability.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kInsufficient = "insufficient samples";
/// Fewer independent replies do not make a rate that is worth comparing.
constexpr double kLeastReplies = 10;

double z95() { return normalQuantile(0.975); }

/// What one run says of a metric: its value, and how far the 95 % interval reaches down and up from
/// it, as logarithms of ratios; nothing when it cannot tell.
struct Estimate {
  double value, below, above;
};
struct Side {
  std::string shown;
  std::optional<Estimate> estimate;
};

Side insufficient() { return {std::string(kInsufficient), std::nullopt}; }

Side meanSide(const Result& result) {
  if (result.meanHalfWidth < 0 || result.meanLatency <= 0) return insufficient();
  const double relative = result.meanHalfWidth / result.meanLatency;
  return {timeFigure(result.meanLatency), Estimate{result.meanLatency, relative, relative}};
}

Side percentileSide(const Result& result, double percentile) {
  const HdrHistogram& latency = result.okLatency();
  const auto interval = percentileInterval(latency, percentile, result.effectiveShare);
  if (!interval) return insufficient();
  const auto value = static_cast<double>(latency.valueAtPercentile(percentile));
  return {timeFigure(value),
          Estimate{value, std::log(value / interval->low), std::log(interval->high / value)}};
}

/// Replies are counted as a Poisson process of n x effectiveShare independent ones, since what is
/// slow together is missing together. Arrivals at constant intervals spread less: the interval is
/// too wide then, never too narrow.
Side rateSide(const Result& result) {
  const auto replies = static_cast<double>(result.outcomes[Outcome::kOk]) * result.effectiveShare;
  if (replies < kLeastReplies || result.measured <= Nanoseconds::zero()) return insufficient();
  const double relative = z95() / std::sqrt(replies);
  return {rateFigure(result.rate()), Estimate{result.rate(), relative, relative}};
}

/// The interval of a ratio from those of both sides on the logarithmic scale, where the ratio is a
/// difference (MOVER: Zou and Donner, Construction of confidence limits about effect measures,
/// 2008).
void setRatio(ComparedMetric& metric, const Estimate& base, const Estimate& other) {
  metric.isComparable = true;
  metric.ratio = other.value / base.value;
  metric.low = metric.ratio * std::exp(-std::hypot(other.below, base.above));
  metric.high = metric.ratio * std::exp(std::hypot(other.above, base.below));
}

ComparedMetric comparedMetric(std::string name, Side base, Side other) {
  ComparedMetric metric;
  metric.name = std::move(name);
  metric.base = std::move(base.shown);
  metric.other = std::move(other.shown);
  if (base.estimate && other.estimate) setRatio(metric, *base.estimate, *other.estimate);
  return metric;
}

struct Errors {
  double share, errors, requests;  ///< the last two as so many independent ones
};

std::optional<Errors> errorsOf(const Result& result) {
  const auto requests = static_cast<double>(result.outcomes.total());
  if (requests == 0) return std::nullopt;
  const auto errors = static_cast<double>(result.outcomes.errors());
  return Errors{errors / requests, errors * result.effectiveShare,
                requests * result.effectiveShare};
}

/// The ratio of two shares with half an event added on each side, so that there is one without any
/// error too (Walter, The distribution of Levin's measure of attributable risk, 1975; Haldane and
/// Anscombe), and its interval by the delta method.
ComparedMetric comparedErrors(const Result& base, const Result& other) {
  ComparedMetric metric;
  metric.name = "errors per request";
  const auto before = errorsOf(base);
  const auto after = errorsOf(other);
  metric.base = before ? shareFigure(before->share) : std::string(kInsufficient);
  metric.other = after ? shareFigure(after->share) : std::string(kInsufficient);
  if (!before || !after) return metric;
  metric.isComparable = true;
  metric.ratio = metric.low = metric.high = 1;
  if (before->errors == 0 && after->errors == 0) return metric;
  constexpr double kHalf = 0.5;
  const auto shareOf = [](const Errors& e) { return (e.errors + kHalf) / (e.requests + kHalf); };
  const auto varianceOf = [](const Errors& e) {
    return std::max(1 / (e.errors + kHalf) - 1 / (e.requests + kHalf), 0.0);
  };
  metric.ratio = shareOf(*after) / shareOf(*before);
  const double spread = z95() * std::sqrt(varianceOf(*before) + varianceOf(*after));
  metric.low = metric.ratio * std::exp(-spread);
  metric.high = metric.ratio * std::exp(spread);
  return metric;
}

enum class Better : std::uint8_t { kLower, kHigher };

void judge(ComparedMetric& metric, Better better, double tolerance) {
  if (!metric.isComparable) return;
  const bool isHigher = metric.low > 1 + tolerance;
  const bool isLower = metric.high < 1 - tolerance;
  metric.isWorse = better == Better::kLower ? isHigher : isLower;
  metric.isBetter = better == Better::kLower ? isLower : isHigher;
}

}  // namespace

bool Comparison::hasWorse() const {
  return std::any_of(metrics.begin(), metrics.end(),
                     [](const ComparedMetric& metric) { return metric.isWorse; });
}

Comparison compareResults(const Result& base, const Result& other, double tolerance) {
  Comparison comparison;
  const auto add = [&](ComparedMetric metric, Better better) {
    judge(metric, better, tolerance);
    comparison.metrics.push_back(std::move(metric));
  };
  add(comparedMetric("mean latency", meanSide(base), meanSide(other)), Better::kLower);
  for (const double percentile : {50.0, 90.0, 99.0, 99.9}) {
    add(comparedMetric(percentileText(percentile) + " latency", percentileSide(base, percentile),
                       percentileSide(other, percentile)),
        Better::kLower);
  }
  add(comparedMetric("rate", rateSide(base), rateSide(other)), Better::kHigher);
  add(comparedErrors(base, other), Better::kLower);
  comparison.cautions = comparisonCautions(base, other);
  return comparison;
}

}  // namespace iotcpd::loadgen
