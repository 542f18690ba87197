#include "loadgen/report/page_data.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/report/figures.h"
#include "loadgen/report/json_writer.h"
#include "loadgen/report/page_curves.h"
#include "loadgen/report/result_format.h"
#include "loadgen/result/confidence.h"
#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

using Layout = JsonWriter::Layout;

void writeVerdicts(JsonWriter& json, const Result& result) {
  json.key("problems").texts(result.self.problems);
  json.key("warnings").texts(result.self.warnings);
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

/// A row of the table of settings; what does not apply to a run is not shown for it.
void setting(JsonWriter& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json.beginArray(Layout::kOneLine);
  json.text(name);
  json.text(value);
  json.end();
}

std::string connectionsText(const RunDescription& run) {
  std::string text = groupedCount(run.connections);
  if (!run.keepAlive) return text + ", one request each";
  text += ", kept alive";
  return run.pipeline > 1 ? text + fmt::format(", {} requests at once on each", run.pipeline)
                          : text;
}

void writeSettings(JsonWriter& json, const Result& result) {
  const RunDescription& run = result.run;
  json.key("settings").beginArray();
  setting(json, "Target", run.target);
  setting(json, "Load", run.isOpenLoop ? "open loop" : "closed loop");
  setting(json, "Rate", run.rate);
  setting(json, "Arrivals", run.arrivals);
  setting(json, "Think time", run.think);
  setting(json, "Connections", connectionsText(run));
  for (const std::string& request : run.requests) setting(json, "Request", request);
  setting(json, "Misbehaviour", run.misbehave);
  setting(json, "Until", run.until);
  setting(json, "Timeout", formatDuration(run.timeout));
  setting(json, "Warm-up", run.warmup > Nanoseconds::zero() ? formatDuration(run.warmup) : "none");
  setting(json, "Measured", fmt::format("{:.1f} s", inSeconds(result.measured)));
  setting(json, "Seed", std::to_string(run.seed));
  setting(json, "Runs merged", run.mergedRuns > 1 ? std::to_string(run.mergedRuns) : "");
  setting(json, "Machine", run.machine);
  setting(json, "Started", formatInstant(run.started).substr(0, 19) + " UTC");
  setting(json, "Version", run.version);
  setting(json, "Command", run.command);
  json.end();
}

void writePercentileRow(JsonWriter& json, const Result& result, const ReportedPercentile& shown) {
  const HdrHistogram& latency = result.okLatency();
  json.beginObject(Layout::kOneLine);
  json.key("label").text(shown.label);
  const std::optional<double> value = percentileMs(latency, shown.percentile);
  json.key("latency").number(value);
  json.key("service").number(percentileMs(result.service, shown.percentile));
  const std::optional<Interval> interval =
      percentileInterval(latency, shown.percentile, result.effectiveShare);
  if (value && interval) {
    json.key("low").number(inMilliseconds(interval->low));
    json.key("high").number(inMilliseconds(interval->high));
  }
  if (!value) json.key("why").text(insufficientSamples(latency, shown.percentile));
  json.end();
}

void writePercentiles(JsonWriter& json, const Result& result) {
  const HdrHistogram& latency = result.okLatency();
  json.key("percentiles").beginArray();
  for (const ReportedPercentile& shown : kReportedPercentiles) {
    writePercentileRow(json, result, shown);
  }
  json.end();
  const auto pair = [&](std::string_view key, double left, double right) {
    json.key(key).beginArray(Layout::kOneLine);
    json.number(latency.count() == 0 ? std::nullopt : std::optional(inMilliseconds(left)));
    json.number(latency.count() == 0 ? std::nullopt : std::optional(inMilliseconds(right)));
    json.end();
  };
  pair("max", static_cast<double>(latency.max()), static_cast<double>(result.service.max()));
  pair("mean", latency.mean(), result.service.mean());
  json.key("mean_half_width")
      .number(result.meanHalfWidth < 0 ? std::nullopt
                                       : std::optional(inMilliseconds(result.meanHalfWidth)));
}

void writeOutcomes(JsonWriter& json, const OutcomeCounts& counts) {
  json.beginObject(Layout::kOneLine);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (counts[outcome] == 0 && outcome != Outcome::kOk) continue;
    json.key(outcomeName(outcome)).count(counts[outcome]);
  }
  json.end();
}

void writeCounts(JsonWriter& json, const Result& result) {
  json.key("planned").count(result.planned);
  json.key("sent").count(result.sent);
  json.key("rate").number(result.rate());
  json.key("target_rate").number(result.targetRate);
  json.key("errors").count(result.outcomes.errors());
  json.key("outcomes");
  writeOutcomes(json, result.outcomes);
  json.key("misbehaved").beginObject();
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    if (result.misbehaved[i].total() == 0) continue;
    json.key(behaviourName(static_cast<Behaviour>(i)));
    writeOutcomes(json, result.misbehaved[i]);
  }
  json.end();
}

void writeGenerator(JsonWriter& json, const Result& result) {
  const auto figure = [&](std::string_view name, const HdrHistogram& histogram) {
    if (histogram.count() == 0) return;
    const std::optional<double> p99 = percentileMs(histogram, 99);
    setting(json, name,
            fmt::format("{}max {:.3f} ms", p99 ? fmt::format("p99 {:.3f} ms, ", *p99) : "",
                        inMilliseconds(histogram.max())));
  };
  json.key("generator").beginArray();
  figure("Send lag", result.sendLag);
  figure("Own share of it", result.self.ownLag);
  figure("Connecting", result.connect);
  figure("First byte", result.firstByte);
  setting(json, "Processor", fmt::format("{:.0f} % of one core", 100 * result.self.cpuShare));
  setting(json, "Stolen by the host", fmt::format("{:.1f} %", 100 * result.self.stealShare));
  setting(json, "Stood still",
          fmt::format("{} in all, {} at once",
                      timeFigure(static_cast<double>(result.self.stalled.count())),
                      timeFigure(static_cast<double>(result.self.longestStall.count()))));
  setting(json, "Involuntary switches", groupedCount(result.self.involuntarySwitches));
  setting(json, "In flight",
          fmt::format("{:.2f} on average, {:.2f} by Little's law", result.self.meanInFlight,
                      result.self.littlesInFlight));
  setting(json, "Bytes",
          fmt::format("{} sent, {} received", roughSize(result.bytesSent),
                      roughSize(result.bytesReceived)));
  json.end();
}

void writeDaemons(JsonWriter& json, const DaemonsReport& daemons) {
  setting(json, "daemon", daemons.command);
  setting(json, "daemons", groupedCount(daemons.count));
  setting(json, "started", groupedCount(daemons.started));
  setting(json, "ended by themselves", groupedCount(daemons.ended));
  if (daemons.lastEnd) setting(json, "the last of them", exitText(*daemons.lastEnd));
  setting(json, "killed", groupedCount(daemons.killed));
}

void writeService(JsonWriter& json, const Result& result) {
  const std::optional<ServiceReport>& service = result.serviceUnderTest;
  json.key("service").beginArray();
  if (service) {
    setting(json, "command", service->command);
    setting(json, "address", service->address);
    for (const auto& [label, value] : service->statistics) setting(json, label, value);
    setting(
        json, "exit",
        service->exitCode < 0 ? exitText(service->exitCode) : std::to_string(service->exitCode));
  }
  if (result.daemons) writeDaemons(json, *result.daemons);
  json.end();
}

void writeRun(JsonWriter& json, const NamedResult& named) {
  const Result& result = *named.result;
  json.beginObject();
  json.key("name").text(named.name);
  writeVerdicts(json, result);
  writeSettings(json, result);
  writeCounts(json, result);
  writePercentiles(json, result);
  writePercentileCurves(json, result);
  writeBins(json, result);
  writeTimeline(json, result);
  writeGenerator(json, result);
  writeService(json, result);
  json.end();
}

}  // namespace

std::string pageData(std::span<const NamedResult> results) {
  JsonWriter json;
  json.beginObject();
  json.key("runs").beginArray();
  for (const NamedResult& named : results) writeRun(json, named);
  json.end();
  json.end();
  return json.take();
}

}  // namespace iotcpd::loadgen
