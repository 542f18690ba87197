#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/cli/option_table.h"
#include "common/text/quantity.h"
#include "common/text/scanner.h"
#include "loadgen/result/assertion.h"
#include "loadgen/result/figure_text.h"
#include "loadgen/result/percentile_text.h"

namespace iotcpd::loadgen {
namespace {

using Figure = Assertion::Figure;
using Relation = Assertion::Relation;
using Times = Assertion::Times;
using Unit = Assertion::Unit;

constexpr double kMostNumber = 1e12;
constexpr std::string_view kMetrics =
    "a metric: p99, min, mean, max, service.p99, lag.p99, rate, target, errors, error-share, an "
    "outcome such as timeout, planned or sent";

// The longer of two that begin alike comes first.
constexpr std::array<std::pair<std::string_view, Relation>, 6> kRelations{
    {{"<=", Relation::kLessOrEqual},
     {"<", Relation::kLess},
     {"==", Relation::kEqual},
     {"!=", Relation::kNotEqual},
     {">=", Relation::kGreaterOrEqual},
     {">", Relation::kGreater}}};

constexpr std::array<std::pair<std::string_view, Figure>, 3> kTimeFigures{
    {{"min", Figure::kMin}, {"mean", Figure::kMean}, {"max", Figure::kMax}}};

constexpr std::array<std::pair<std::string_view, Figure>, 6> kCountFigures{
    {{"rate", Figure::kRate},
     {"target", Figure::kTarget},
     {"errors", Figure::kErrors},
     {"error-share", Figure::kErrorShare},
     {"planned", Figure::kPlanned},
     {"sent", Figure::kSent}}};

constexpr std::array<std::pair<std::string_view, double>, 3> kRateUnits{
    {{"/s", 1}, {"/min", 60}, {"/h", 3600}}};

bool isOfTimes(Figure figure) { return figure <= Figure::kMax; }

template <class Entries>
auto* entryNamed(Entries& entries, std::string_view name) {
  for (auto& entry : entries) {
    if (entry.first == name) return &entry;
  }
  return static_cast<decltype(&entries[0])>(nullptr);
}

std::string unknownMetric(std::string_view name) {
  std::vector<std::string_view> known{"p50", "p90", "p99", "p99.9", "service", "lag"};
  for (const auto& entry : kTimeFigures) known.push_back(entry.first);
  for (const auto& entry : kCountFigures) known.push_back(entry.first);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    known.push_back(outcomeName(static_cast<Outcome>(i)));
  }
  const auto near = nearNames(known, name);
  if (near.empty()) return std::string(kMetrics);
  return fmt::format("a metric, perhaps {},", fmt::join(near, " or "));
}

std::string metricText(const Assertion::Metric& metric) {
  constexpr std::array<std::string_view, 3> kPrefixes{"", "service.", "lag."};
  const std::string prefix(kPrefixes[static_cast<std::size_t>(metric.times)]);
  if (metric.figure == Figure::kPercentile) return prefix + percentileText(metric.percentile);
  if (metric.figure == Figure::kOutcome) return std::string(outcomeName(metric.outcome));
  for (const auto& [name, figure] : kTimeFigures) {
    if (figure == metric.figure) return prefix + std::string(name);
  }
  for (const auto& [name, figure] : kCountFigures) {
    if (figure == metric.figure) return std::string(name);
  }
  return {};
}

std::string boundText(const Assertion::Bound& bound) {
  switch (bound.unit) {
    case Unit::kNanoseconds:
      return formatDuration(Nanoseconds(std::llround(bound.value)));
    case Unit::kPercent:
      return decimalFigure(bound.value) + '%';
    case Unit::kPerSecond:
      return decimalFigure(bound.value) + "/s";
    case Unit::kTargets:
      return decimalFigure(bound.value) + " * target";
    case Unit::kNumber:
      break;
  }
  return decimalFigure(bound.value);
}

}  // namespace

/// Recursive descent, one function a rule.
class Assertion::Reader {
 public:
  explicit Reader(std::string_view text) : scanner_(text) {}

  Assertion read() {
    Assertion assertion;
    scanner_.skipBlanks();
    assertion.metric_ = readMetric();
    scanner_.skipBlanks();
    assertion.relation_ = readRelation();
    scanner_.skipBlanks();
    assertion.bound_ = readBound(assertion.metric_.figure);
    scanner_.expectEnd();
    std::string_view relation;
    for (const auto& [name, value] : kRelations) {
      if (value == assertion.relation_) relation = name;
    }
    assertion.text_ = fmt::format("{} {} {}", metricText(assertion.metric_), relation,
                                  boundText(assertion.bound_));
    return assertion;
  }

 private:
  Metric readMetric() {
    const std::size_t start = scanner_.position();
    if (isPercentileNext(scanner_)) return readTimes(Times::kLatency);
    const std::string_view name = scanner_.peekWord();
    if (entryNamed(kTimeFigures, name) != nullptr) return readTimes(Times::kLatency);
    scanner_.word();
    if (name == "service" && scanner_.skip(".")) return readTimes(Times::kService);
    if (name == "lag" && scanner_.skip(".")) return readTimes(Times::kLag);
    Metric metric;
    if (const auto* entry = entryNamed(kCountFigures, name)) {
      metric.figure = entry->second;
      return metric;
    }
    metric.figure = Figure::kOutcome;
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      metric.outcome = static_cast<Outcome>(i);
      if (outcomeName(metric.outcome) == name) return metric;
    }
    scanner_.failAt(start, unknownMetric(name));
  }

  Metric readTimes(Times times) {
    Metric metric{Figure::kPercentile, times};
    if (isPercentileNext(scanner_)) {
      metric.percentile = takePercentile(scanner_);
      return metric;
    }
    const std::size_t start = scanner_.position();
    const auto* entry = entryNamed(kTimeFigures, scanner_.word());
    if (entry == nullptr) scanner_.failAt(start, "a percentile such as p99, min, mean or max");
    metric.figure = entry->second;
    return metric;
  }

  Relation readRelation() {
    for (const auto& [name, relation] : kRelations) {
      if (scanner_.skip(name)) return relation;
    }
    scanner_.fail("one of < <= == != >= >");
  }

  Bound readBound(Figure figure) {
    if (isOfTimes(figure)) {
      return {static_cast<double>(scanner_.duration().count()), Unit::kNanoseconds};
    }
    const double number = scanner_.number(0, kMostNumber);
    if (figure == Figure::kRate || figure == Figure::kTarget) return readRate(figure, number);
    return {number, scanner_.skip("%") ? Unit::kPercent : Unit::kNumber};
  }

  Bound readRate(Figure figure, double number) {
    for (const auto& [name, seconds] : kRateUnits) {
      if (scanner_.skip(name)) return {number / seconds, Unit::kPerSecond};
    }
    if (figure == Figure::kTarget) scanner_.fail("'/s', '/min' or '/h'");
    scanner_.skipBlanks();
    if (!scanner_.skip("*")) scanner_.fail("'/s', '/min', '/h' or '* target'");
    scanner_.skipBlanks();
    if (!scanner_.skip("target")) scanner_.fail("'target'");
    return {number, Unit::kTargets};
  }

  Scanner scanner_;
};

Assertion Assertion::parse(std::string_view text) { return Reader(text).read(); }

}  // namespace iotcpd::loadgen
