#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/os/text_file.h"
#include "common/stats/hdr_codec.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/report/histogram_json.h"
#include "loadgen/report/json_view.h"
#include "loadgen/report/reports.h"
#include "loadgen/report/result_format.h"
#include "loadgen/result/timeline.h"

namespace iotcpd::loadgen {
namespace {

HdrHistogram readHistogram(const JsonView& json, HdrHistogram shape) {
  const std::int64_t count = json.member("count").integer();
  try {
    HdrHistogram histogram =
        restoreHistogram(json.member("hdr_v2").text(), json.member("min_ns").integer(),
                         json.member("max_ns").integer(), std::move(shape));
    if (histogram.count() != count) json.failBecause("its counts do not sum to its count");
    return histogram;
  } catch (const HistogramFormatError& error) {
    json.failBecause(error.what());
  }
}

HdrHistogram readTimes(const JsonView& json) { return readHistogram(json, makeTimeHistogram()); }

OutcomeCounts readOutcomes(const JsonView& json) {
  OutcomeCounts counts;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    counts.add(outcome, json.member(std::string(outcomeName(outcome))).count());
  }
  return counts;
}

void readFormat(const JsonView& json) {
  if (json.member("format").text() != kResultFormat) {
    json.member("format").fail(fmt::format("\"{}\"", kResultFormat));
  }
  const JsonView version = json.member("format_version");
  if (version.integer() != kResultFormatVersion) {
    version.fail(fmt::format("{}, which is what this program reads", kResultFormatVersion));
  }
}

std::uint64_t readSeed(const JsonView& json) {
  const std::optional<std::uint64_t> seed = parseCount(json.text());
  if (!seed) json.fail("a count from 0 to 2^64-1 as a text");
  return *seed;
}

std::chrono::system_clock::time_point readInstant(const JsonView& json) {
  const auto instant = parseInstant(json.text());
  if (!instant) json.fail("an instant such as 2026-01-31T12:00:00.000000000Z");
  return *instant;
}

bool readIsOpenLoop(const JsonView& json) {
  const std::string loop = json.text();
  if (loop != kOpenLoop && loop != kClosedLoop) json.fail(R"("open" or "closed")");
  return loop == kOpenLoop;
}

RunDescription readSettings(const JsonView& json) {
  RunDescription run;
  run.version = json.member("loadgen_version").text();
  run.command = json.member("command").text();
  run.target = json.member("target").text();
  run.isOpenLoop = readIsOpenLoop(json.member("loop"));
  run.rate = json.member("rate").text();
  run.arrivals = json.member("arrivals").text();
  run.connections = json.member("connections").count();
  run.keepAlive = json.member("keep_alive").boolean();
  run.pipeline = json.member("pipeline").count();
  run.think = json.member("think").text();
  run.requests = json.member("requests").texts();
  run.misbehave = json.member("misbehave").text();
  run.until = json.member("until").text();
  run.expect = json.member("expect").text();
  run.errorReplies = json.member("error_replies").texts();
  run.timeout = json.member("timeout_ms").milliseconds();
  run.drain = json.member("drain_ms").milliseconds();
  run.warmup = json.member("warmup_ms").milliseconds();
  run.seed = readSeed(json.member("seed"));
  run.started = readInstant(json.member("started"));
  run.machine = json.member("machine").text();
  run.mergedRuns = json.member("merged_runs").count();
  return run;
}

void readCounts(const JsonView& json, Result& result) {
  result.measured = json.member("measured_s").seconds();
  result.targetRate = json.member("target_rate").number();
  result.planned = json.member("planned").count();
  result.sent = json.member("sent").count();
  result.warmupRequests = json.member("warmup_requests").count();
  result.outcomes = readOutcomes(json.member("outcomes"));
  const JsonView misbehaved = json.member("misbehaved");
  std::uint64_t ended = result.outcomes.total();
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    const std::string name(behaviourName(static_cast<Behaviour>(i)));
    if (!misbehaved.has(name)) continue;
    result.misbehaved[i] = readOutcomes(misbehaved.member(name));
    ended += result.misbehaved[i].total();
  }
  if (ended != result.planned) {
    json.member("planned").fail(fmt::format("the sum of all outcomes, which is {}", ended));
  }
  result.bytesSent = json.member("bytes_sent").count();
  result.bytesReceived = json.member("bytes_received").count();
}

void readBatchMeans(const JsonView& json, Result& result) {
  result.meanLatency = json.member("mean_ns").number();
  const JsonView halfWidth = json.member("half_width_ns");
  result.meanHalfWidth = halfWidth.isNull() ? -1 : halfWidth.number();
  const JsonView share = json.member("effective_share");
  result.effectiveShare = share.number();
  if (result.effectiveShare <= 0 || result.effectiveShare > 1)
    share.fail("a share above 0, up to 1");
}

void readHistograms(const JsonView& json, Result& result) {
  const JsonView latency = json.member("latency");
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const std::string name(outcomeName(static_cast<Outcome>(i)));
    if (latency.has(name)) result.latency[i] = readTimes(latency.member(name));
  }
  result.service = readTimes(json.member("service"));
  result.sendLag = readTimes(json.member("send_lag"));
  result.connect = readTimes(json.member("connect"));
  result.firstByte = readTimes(json.member("first_byte"));
  result.self.ownLag = readTimes(json.member("own_lag"));
}

TimelinePoint readTimelinePoint(const JsonView& json) {
  TimelinePoint point;
  point.start = json.member("start_s").seconds();
  point.length = json.member("length_s").seconds();
  point.sent = json.member("sent").count();
  point.outcomes = readOutcomes(json.member("outcomes"));
  point.latency = readHistogram(json.member("latency"), makeCoarseHistogram());
  return point;
}

std::vector<TimelinePoint> readTimeline(const JsonView& json) {
  // Each point takes a histogram of its own: no result has more, and a file must not ask for it.
  if (json.size() > Timeline::kMostPoints) {
    json.failBecause(fmt::format("it has {} points, accepted are {} at the most", json.size(),
                                 Timeline::kMostPoints));
  }
  std::vector<TimelinePoint> timeline;
  json.forEach([&](const JsonView& point) { timeline.push_back(readTimelinePoint(point)); });
  return timeline;
}

void readSelfCheck(const JsonView& json, SelfCheck& self) {
  self.cpuShare = json.member("cpu_share").number();
  self.stealShare = json.member("steal_share").number();
  self.involuntarySwitches = json.member("involuntary_switches").count();
  self.stalled = json.member("stalled_ms").milliseconds();
  self.longestStall = json.member("longest_stall_ms").milliseconds();
  self.meanInFlight = json.member("mean_in_flight").number();
  self.littlesInFlight = json.member("littles_in_flight").number();
  self.problems = json.member("problems").texts();
  self.warnings = json.member("warnings").texts();
}

std::pair<std::string, std::string> readStatistic(const JsonView& json) {
  std::vector<std::string> pair = json.texts();
  if (pair.size() != 2) json.fail("a label and its value");
  return {std::move(pair[0]), std::move(pair[1])};
}

std::optional<ServiceReport> readService(const JsonView& json) {
  if (json.isNull()) return std::nullopt;
  ServiceReport service;
  service.command = json.member("command").text();
  service.address = json.member("address").text();
  service.exitCode = static_cast<int>(json.member("exit_code").integer());
  json.member("statistics").forEach([&](const JsonView& statistic) {
    service.statistics.push_back(readStatistic(statistic));
  });
  return service;
}

std::optional<DaemonsReport> readDaemons(const JsonView& json) {
  if (json.isNull()) return std::nullopt;
  DaemonsReport daemons;
  daemons.command = json.member("command").text();
  daemons.count = json.member("count").count();
  daemons.started = json.member("started").count();
  daemons.ended = json.member("ended").count();
  daemons.killed = json.member("killed").count();
  const JsonView lastEnd = json.member("last_end");
  if (!lastEnd.isNull()) daemons.lastEnd = static_cast<int>(lastEnd.integer());
  return daemons;
}

AssertionVerdict readAssertion(const JsonView& json) {
  return {json.member("text").text(), json.member("actual").text(),
          json.member("passed").boolean()};
}

}  // namespace

Result readResult(const std::string& path) {
  std::string text;
  try {
    text = readTextFile(path, kMostResultBytes);
  } catch (const TextFileError& error) {
    throw ResultFileError(fmt::format("cannot use '{}': {}", printable(path), error.what()));
  }
  const JsonView json = JsonView::parse(path, text);
  Result result;
  readFormat(json);
  result.run = readSettings(json.member("settings"));
  readCounts(json, result);
  readBatchMeans(json.member("batch_means"), result);
  readHistograms(json.member("histograms"), result);
  result.timeline = readTimeline(json.member("timeline"));
  readSelfCheck(json.member("self_check"), result.self);
  result.serviceUnderTest = readService(json.member("service"));
  // Results of the first release know of none.
  if (json.has("daemons")) result.daemons = readDaemons(json.member("daemons"));
  json.member("assertions").forEach([&](const JsonView& assertion) {
    result.assertions.push_back(readAssertion(assertion));
  });
  return result;
}

}  // namespace iotcpd::loadgen
