#include <string>

#include "loadgen/report/figures.h"
#include "loadgen/report/histogram_json.h"
#include "loadgen/report/json_writer.h"
#include "loadgen/report/reports.h"
#include "loadgen/report/result_format.h"
#include "loadgen/result/confidence.h"

namespace iotcpd::loadgen {
namespace {

using Layout = JsonWriter::Layout;

void writeSettings(JsonWriter& json, const RunDescription& run) {
  json.key("settings").beginObject();
  json.key("loadgen_version").text(run.version);
  json.key("command").text(run.command);
  json.key("target").text(run.target);
  json.key("loop").text(run.isOpenLoop ? kOpenLoop : kClosedLoop);
  json.key("rate").text(run.rate);
  json.key("arrivals").text(run.arrivals);
  json.key("connections").count(run.connections);
  json.key("keep_alive").boolean(run.keepAlive);
  json.key("pipeline").count(run.pipeline);
  json.key("think").text(run.think);
  json.key("requests").texts(run.requests);
  json.key("misbehave").text(run.misbehave);
  json.key("until").text(run.until);
  json.key("expect").text(run.expect);
  json.key("error_replies").texts(run.errorReplies);
  json.key("timeout_ms").milliseconds(run.timeout);
  json.key("drain_ms").milliseconds(run.drain);
  json.key("warmup_ms").milliseconds(run.warmup);
  // A text: a number of 64 bits does not survive every reader of JSON.
  json.key("seed").text(std::to_string(run.seed));
  json.key("started").text(formatInstant(run.started));
  json.key("machine").text(run.machine);
  json.key("merged_runs").count(run.mergedRuns);
  json.end();
}

void writeVerdict(JsonWriter& json, const Result& result) {
  bool passed = true;
  for (const AssertionVerdict& verdict : result.assertions) passed = passed && verdict.passed;
  json.key("verdict").text(!result.self.isValid() ? "invalid" : passed ? "passed" : "failed");
  json.key("assertions").beginArray();
  for (const AssertionVerdict& verdict : result.assertions) {
    json.beginObject(Layout::kOneLine);
    json.key("text").text(verdict.text);
    json.key("actual").text(verdict.actual);
    json.key("passed").boolean(verdict.passed);
    json.end();
  }
  json.end();
}

void writeIntervals(JsonWriter& json, const Result& result) {
  json.key("intervals").beginObject();
  for (const ReportedPercentile& reported : kReportedPercentiles) {
    const std::optional<Interval> interval =
        percentileInterval(result.okLatency(), reported.percentile, result.effectiveShare);
    if (!interval) continue;
    json.key(reported.key).beginArray(Layout::kOneLine);
    json.number(inMilliseconds(interval->low));
    json.number(inMilliseconds(interval->high));
    json.end();
  }
  json.end();
  json.key("mean_half_width");
  if (result.meanHalfWidth < 0) return json.null();
  json.number(inMilliseconds(result.meanHalfWidth));
}

/// What the intervals follow from, unrounded.
void writeBatchMeans(JsonWriter& json, const Result& result) {
  json.key("batch_means").beginObject();
  json.key("mean_ns").number(result.meanLatency);
  json.key("half_width_ns");
  if (result.meanHalfWidth < 0) {
    json.null();
  } else {
    json.number(result.meanHalfWidth);
  }
  json.key("effective_share").number(result.effectiveShare);
  json.end();
}

/// min, mean, percentiles, max; null where there are too few samples, and why.
void writeFigures(JsonWriter& json, const HdrHistogram& histogram) {
  const bool isEmpty = histogram.count() == 0;
  const auto figure = [&](double nanoseconds) {
    return isEmpty ? std::nullopt : std::optional(inMilliseconds(nanoseconds));
  };
  json.key("count").integer(histogram.count());
  json.key("min").number(figure(static_cast<double>(histogram.min())));
  json.key("mean").number(figure(histogram.mean()));
  json.key("stddev").number(figure(histogram.standardDeviation()));
  for (const ReportedPercentile& reported : kReportedPercentiles) {
    json.key(reported.key).number(percentileMs(histogram, reported.percentile));
  }
  json.key("max").number(figure(static_cast<double>(histogram.max())));
  json.key("insufficient").beginObject();
  for (const ReportedPercentile& reported : kReportedPercentiles) {
    if (percentileMs(histogram, reported.percentile)) continue;
    json.key(reported.key).text(insufficientSamples(histogram, reported.percentile));
  }
  json.end();
}

void writeTimes(JsonWriter& json, std::string_view key, const HdrHistogram& histogram) {
  json.key(key).beginObject();
  writeFigures(json, histogram);
  json.end();
}

void writeAllTimes(JsonWriter& json, const Result& result) {
  json.key("latency_ms").beginObject();
  writeFigures(json, result.okLatency());
  writeIntervals(json, result);
  json.end();
  writeTimes(json, "service_ms", result.service);
  writeTimes(json, "send_lag_ms", result.sendLag);
  writeTimes(json, "connect_ms", result.connect);
  writeTimes(json, "first_byte_ms", result.firstByte);
  writeBatchMeans(json, result);
}

void writeOutcomes(JsonWriter& json, const OutcomeCounts& counts, Layout layout) {
  json.beginObject(layout);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    json.key(outcomeName(outcome)).count(counts[outcome]);
  }
  json.end();
}

void writeCounts(JsonWriter& json, const Result& result) {
  json.key("measured_s").seconds(result.measured);
  json.key("rate").number(result.rate());
  json.key("target_rate").number(result.targetRate);
  json.key("planned").count(result.planned);
  json.key("sent").count(result.sent);
  json.key("warmup_requests").count(result.warmupRequests);
  json.key("outcomes");
  writeOutcomes(json, result.outcomes, Layout::kLines);
  json.key("errors").count(result.outcomes.errors());
  json.key("misbehaved").beginObject();
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    if (result.misbehaved[i].total() == 0) continue;
    json.key(behaviourName(static_cast<Behaviour>(i)));
    writeOutcomes(json, result.misbehaved[i], Layout::kOneLine);
  }
  json.end();
  json.key("bytes_sent").count(result.bytesSent);
  json.key("bytes_received").count(result.bytesReceived);
}

void writeTimeline(JsonWriter& json, const Result& result) {
  json.key("timeline").beginArray();
  for (const TimelinePoint& point : result.timeline) {
    json.beginObject(Layout::kOneLine);
    json.key("start_s").seconds(point.start);
    json.key("length_s").seconds(point.length);
    json.key("sent").count(point.sent);
    json.key("outcomes");
    writeOutcomes(json, point.outcomes, Layout::kOneLine);
    json.key("latency");
    writeHistogram(json, point.latency);
    json.end();
  }
  json.end();
}

void writeSelfCheck(JsonWriter& json, const SelfCheck& self) {
  json.key("self_check").beginObject();
  writeTimes(json, "own_lag_ms", self.ownLag);
  json.key("cpu_share").number(self.cpuShare);
  json.key("steal_share").number(self.stealShare);
  json.key("involuntary_switches").count(self.involuntarySwitches);
  json.key("stalled_ms").milliseconds(self.stalled);
  json.key("longest_stall_ms").milliseconds(self.longestStall);
  json.key("mean_in_flight").number(self.meanInFlight);
  json.key("littles_in_flight").number(self.littlesInFlight);
  json.key("problems").texts(self.problems);
  json.key("warnings").texts(self.warnings);
  json.end();
}

void writeService(JsonWriter& json, const std::optional<ServiceReport>& service) {
  json.key("service");
  if (!service) return json.null();
  json.beginObject();
  json.key("command").text(service->command);
  json.key("address").text(service->address);
  json.key("exit_code").integer(service->exitCode);
  json.key("statistics").beginArray();
  for (const auto& [label, value] : service->statistics) {
    json.beginArray(Layout::kOneLine);
    json.text(label);
    json.text(value);
    json.end();
  }
  json.end();
  json.end();
}

void writeDaemons(JsonWriter& json, const std::optional<DaemonsReport>& daemons) {
  json.key("daemons");
  if (!daemons) return json.null();
  json.beginObject();
  json.key("command").text(daemons->command);
  json.key("count").count(daemons->count);
  json.key("started").count(daemons->started);
  json.key("ended").count(daemons->ended);
  json.key("killed").count(daemons->killed);
  json.key("last_end");
  if (daemons->lastEnd) {
    json.integer(*daemons->lastEnd);
  } else {
    json.null();
  }
  json.end();
}

void writeHistograms(JsonWriter& json, const Result& result) {
  json.key("histograms").beginObject();
  json.key("latency").beginObject();
  for (std::size_t i = 0; i < result.latency.size(); ++i) {
    if (result.latency[i].count() == 0) continue;
    json.key(outcomeName(static_cast<Outcome>(i)));
    writeHistogram(json, result.latency[i]);
  }
  json.end();
  const auto write = [&](std::string_view key, const HdrHistogram& histogram) {
    json.key(key);
    writeHistogram(json, histogram);
  };
  write("service", result.service);
  write("send_lag", result.sendLag);
  write("connect", result.connect);
  write("first_byte", result.firstByte);
  write("own_lag", result.self.ownLag);
  json.end();
}

}  // namespace

std::string jsonReport(const Result& result) {
  JsonWriter json;
  json.beginObject();
  json.key("format").text(kResultFormat);
  json.key("format_version").integer(kResultFormatVersion);
  writeVerdict(json, result);
  writeAllTimes(json, result);
  writeCounts(json, result);
  writeSelfCheck(json, result.self);
  writeService(json, result.serviceUnderTest);
  writeDaemons(json, result.daemons);
  writeSettings(json, result.run);
  writeTimeline(json, result);
  writeHistograms(json, result);
  json.end();
  return json.take();
}

}  // namespace iotcpd::loadgen
