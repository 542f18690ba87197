#include "loadgen/result/assertion.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "loadgen/result/confidence.h"
#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

using Figure = Assertion::Figure;
using Relation = Assertion::Relation;
using Times = Assertion::Times;
using Unit = Assertion::Unit;

constexpr std::string_view kNoTarget = "a closed loop has no target rate";

/// A figure of the run in the unit of its bound, or why there is none.
struct Actual {
  std::optional<double> value;
  std::string text;
};

Actual none(std::string_view reason) { return {std::nullopt, std::string(reason)}; }

const HdrHistogram& histogramOf(Times times, const Result& result) {
  if (times == Times::kService) return result.service;
  return times == Times::kLag ? result.sendLag : result.okLatency();
}

Actual timeOf(const Assertion::Metric& metric, const Result& result) {
  const HdrHistogram& histogram = histogramOf(metric.times, result);
  const auto count = static_cast<std::uint64_t>(histogram.count());
  double value = 0;
  if (metric.figure == Figure::kPercentile) {
    const std::uint64_t needed = samplesNeeded(metric.percentile);
    if (count < needed) return none(fmt::format("insufficient samples: {} of {}", count, needed));
    value = static_cast<double>(histogram.valueAtPercentile(metric.percentile));
  } else if (count == 0) {
    return none("insufficient samples: none");
  } else if (metric.figure == Figure::kMean) {
    const bool isLatency = metric.times == Times::kLatency;
    value = isLatency ? result.meanLatency : histogram.mean();
  } else {
    const bool isMin = metric.figure == Figure::kMin;
    value = static_cast<double>(isMin ? histogram.min() : histogram.max());
  }
  return {value, timeFigure(value)};
}

Actual rateOf(Figure figure, const Result& result) {
  if (figure == Figure::kTarget) {
    if (result.targetRate <= 0) return none(kNoTarget);
    return {result.targetRate, rateFigure(result.targetRate)};
  }
  if (result.measured <= Nanoseconds::zero()) return none("nothing was measured");
  return {result.rate(), rateFigure(result.rate())};
}

std::uint64_t countOf(const Assertion::Metric& metric, const Result& result) {
  if (metric.figure == Figure::kPlanned) return result.planned;
  if (metric.figure == Figure::kSent) return result.sent;
  if (metric.figure == Figure::kOutcome) return result.outcomes[metric.outcome];
  return result.outcomes.errors();
}

Actual shareOf(const Assertion::Metric& metric, Unit unit, const Result& result) {
  const bool isOfPlan = metric.figure == Figure::kPlanned || metric.figure == Figure::kSent;
  const std::uint64_t whole = isOfPlan ? result.planned : result.outcomes.total();
  if (whole == 0) return none("insufficient samples: no request");
  const double share = static_cast<double>(countOf(metric, result)) / static_cast<double>(whole);
  return {unit == Unit::kPercent ? share * 100 : share, shareFigure(share)};
}

Actual actualOf(const Assertion::Metric& metric, Unit unit, const Result& result) {
  switch (metric.figure) {
    case Figure::kPercentile:
    case Figure::kMin:
    case Figure::kMean:
    case Figure::kMax:
      return timeOf(metric, result);
    case Figure::kRate:
    case Figure::kTarget:
      return rateOf(metric.figure, result);
    case Figure::kErrorShare:
      return shareOf(metric, unit, result);
    case Figure::kErrors:
    case Figure::kOutcome:
    case Figure::kPlanned:
    case Figure::kSent:
      break;
  }
  if (unit == Unit::kPercent) return shareOf(metric, unit, result);
  const std::uint64_t count = countOf(metric, result);
  return {static_cast<double>(count), std::to_string(count)};
}

bool holds(double actual, Relation relation, double bound) {
  switch (relation) {
    case Relation::kLess:
      return actual < bound;
    case Relation::kLessOrEqual:
      return actual <= bound;
    case Relation::kEqual:
      return actual == bound;
    case Relation::kNotEqual:
      return actual != bound;
    case Relation::kGreaterOrEqual:
      return actual >= bound;
    case Relation::kGreater:
      return actual > bound;
  }
  return false;
}

}  // namespace

std::uint64_t Assertion::samplesItTakes() const {
  return metric_.figure == Figure::kPercentile ? samplesNeeded(metric_.percentile) : 0;
}

AssertionVerdict Assertion::judge(const Result& result) const {
  Actual actual = actualOf(metric_, bound_.unit, result);
  double bound = bound_.value;
  if (bound_.unit == Unit::kTargets) {
    if (result.targetRate <= 0) return {text_, std::string(kNoTarget), false};
    bound *= result.targetRate;
  }
  const bool passed = actual.value && holds(*actual.value, relation_, bound);
  return {text_, std::move(actual.text), passed};
}

}  // namespace iotcpd::loadgen
