#include "loadgen/report/page_curves.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "loadgen/report/figures.h"
#include "loadgen/result/confidence.h"

namespace iotcpd::loadgen {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::size_t kFewTimelinePoints = 20;
constexpr double kHighestPercentile = 99.9999;

void writeCurvePoint(JsonWriter& json, const Result& result, double reciprocal) {
  const double percentile = std::min(100 - 100 / reciprocal, kHighestPercentile);
  const HdrHistogram& latency = result.okLatency();
  const std::optional<Interval> interval =
      percentile > 0 ? percentileInterval(latency, percentile, result.effectiveShare)
                     : std::nullopt;
  json.beginArray(Layout::kOneLine);
  json.number(reciprocal);
  json.number(inMilliseconds(latency.valueAtPercentile(percentile)));
  json.number(interval ? std::optional(inMilliseconds(interval->low)) : std::nullopt);
  json.number(interval ? std::optional(inMilliseconds(interval->high)) : std::nullopt);
  json.number(inMilliseconds(result.service.valueAtPercentile(percentile)));
  json.end();
}

struct Bin {
  double fromMs, toMs;
  std::int64_t latency, service;
};

double edgeMs(int index) { return std::pow(10.0, static_cast<double>(index) / kBinsPerDecade); }

/// Whole range of both histograms in equal steps of the logarithm.
std::vector<Bin> binsOf(const HdrHistogram& latency, const HdrHistogram& service) {
  std::vector<Bin> bins;
  if (latency.count() == 0) return bins;
  const auto least = static_cast<double>(std::min(latency.min(), service.min()));
  const double leastMs = inMilliseconds(std::max(least, static_cast<double>(latency.lowest())));
  const double greatestMs = inMilliseconds(std::max(latency.max(), service.max()));
  const int first = static_cast<int>(std::floor(std::log10(leastMs) * kBinsPerDecade));
  std::int64_t latencyBelow = 0;
  std::int64_t serviceBelow = 0;
  for (int i = first; edgeMs(i) <= greatestMs; ++i) {
    const double toMs = edgeMs(i + 1);
    const auto to = static_cast<std::int64_t>(toMs * kNanosecondsPerMillisecond);
    const std::int64_t latencyUpTo = latency.countAtOrBelow(std::min(to, latency.highest()));
    const std::int64_t serviceUpTo = service.countAtOrBelow(std::min(to, service.highest()));
    bins.push_back({edgeMs(i), toMs, latencyUpTo - latencyBelow, serviceUpTo - serviceBelow});
    latencyBelow = latencyUpTo;
    serviceBelow = serviceUpTo;
  }
  return bins;
}

void writeColumn(JsonWriter& json, std::string_view key, const std::vector<TimelinePoint>& timeline,
                 const auto& valueOf) {
  json.key(key).beginArray(Layout::kOneLine);
  for (const TimelinePoint& point : timeline) json.number(std::optional<double>(valueOf(point)));
  json.end();
}

void writeRates(JsonWriter& json, const std::vector<TimelinePoint>& timeline) {
  const auto perSecond = [](const TimelinePoint& point, std::uint64_t count) {
    const double seconds = inSeconds(point.length);
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
  };
  writeColumn(json, "sent", timeline,
              [&](const TimelinePoint& point) { return perSecond(point, point.sent); });
  writeColumn(json, "ok", timeline, [&](const TimelinePoint& point) {
    return perSecond(point, point.outcomes[Outcome::kOk]);
  });
  writeColumn(json, "errors", timeline, [&](const TimelinePoint& point) {
    return perSecond(point, point.outcomes.errors());
  });
}

std::size_t joinedAtOnce(const std::vector<TimelinePoint>& timeline) {
  std::int64_t replies = 0;
  for (const TimelinePoint& point : timeline) replies += point.latency.count();
  const std::size_t size = timeline.size();
  const std::size_t toFit = (size + kMostTimelinePoints - 1) / kMostTimelinePoints;
  if (replies == 0) return std::max<std::size_t>(toFit, 1);
  const auto enough = static_cast<double>(samplesNeeded(99)) * 1.2;
  const double forP99 =
      std::ceil(enough * static_cast<double>(size) / static_cast<double>(replies));
  const double most = static_cast<double>(size) / kFewTimelinePoints;
  return std::max({toFit, static_cast<std::size_t>(std::min(forP99, most)), std::size_t{1}});
}

}  // namespace

void writePercentileCurves(JsonWriter& json, const Result& result) {
  const auto samples = static_cast<double>(result.okLatency().count());
  json.key("curve").beginArray();
  double trusted = 0;
  for (int i = 0; samples > 0; ++i) {
    const double reciprocal = std::pow(10.0, static_cast<double>(i) / kCurvePointsPerDecade);
    if (reciprocal > samples) break;
    writeCurvePoint(json, result, reciprocal);
    const double percentile = std::min(100 - 100 / reciprocal, kHighestPercentile);
    if (percentile <= 0 || static_cast<double>(samplesNeeded(percentile)) <= samples) {
      trusted = reciprocal;
    }
  }
  json.end();
  json.key("trusted").number(trusted);
}

void writeBins(JsonWriter& json, const Result& result) {
  json.key("bins").beginArray();
  for (const Bin& bin : binsOf(result.okLatency(), result.service)) {
    json.beginArray(Layout::kOneLine);
    json.number(bin.fromMs);
    json.number(bin.toMs);
    json.integer(bin.latency);
    json.integer(bin.service);
    json.end();
  }
  json.end();
}

void writeTimeline(JsonWriter& json, const Result& result) {
  const std::vector<TimelinePoint> timeline = joinedTimeline(result.timeline);
  json.key("timeline").beginObject();
  writeColumn(json, "t", timeline, [](const TimelinePoint& p) { return inSeconds(p.start); });
  writeColumn(json, "length", timeline, [](const TimelinePoint& p) { return inSeconds(p.length); });
  writeRates(json, timeline);
  writeColumn(json, "p50", timeline,
              [](const TimelinePoint& p) { return percentileMs(p.latency, 50); });
  writeColumn(json, "p90", timeline,
              [](const TimelinePoint& p) { return percentileMs(p.latency, 90); });
  writeColumn(json, "p99", timeline,
              [](const TimelinePoint& p) { return percentileMs(p.latency, 99); });
  writeColumn(json, "max", timeline, [](const TimelinePoint& p) -> std::optional<double> {
    if (p.latency.count() == 0) return std::nullopt;
    return inMilliseconds(p.latency.max());
  });
  json.end();
}

std::vector<TimelinePoint> joinedTimeline(const std::vector<TimelinePoint>& timeline) {
  const std::size_t atOnce = joinedAtOnce(timeline);
  std::vector<TimelinePoint> joined;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    const TimelinePoint& point = timeline[i];
    if (i % atOnce == 0) {
      joined.push_back(point);
      continue;
    }
    TimelinePoint& last = joined.back();
    last.length += point.length;
    last.sent += point.sent;
    last.outcomes.add(point.outcomes);
    last.latency.merge(point.latency);
  }
  return joined;
}

}  // namespace iotcpd::loadgen
