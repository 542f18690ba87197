#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/report/figures.h"
#include "loadgen/report/reports.h"
#include "loadgen/report/text_lines.h"
#include "loadgen/result/confidence.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostFailedShown = 3;
constexpr std::size_t kMostNotesShown = 2;

std::string connectionsText(const RunDescription& run) {
  const std::string connections = fmt::format("{} connection{}", groupedCount(run.connections),
                                              run.connections == 1 ? "" : "s");
  if (!run.keepAlive) return connections + ", one request each";
  if (run.pipeline <= 1) return connections + " kept alive";
  return fmt::format("{} kept alive, {} requests at once on each", connections, run.pipeline);
}

void head(TextLines& out, const Result& result) {
  const RunDescription& run = result.run;
  out.add(fmt::format("iotcpd-loadgen {}  target {}", run.version, printable(run.target)));
  const std::string load = run.isOpenLoop
                               ? fmt::format("Open loop, {}, {} arrivals", run.rate, run.arrivals)
                               : fmt::format("Closed loop, think time {}", run.think);
  out.add(fmt::format("{}; up to {}; seed {}", printable(load), connectionsText(run), run.seed));
  std::string measured = fmt::format("Measured for {:.1f} s", inSeconds(result.measured));
  if (run.warmup > Nanoseconds::zero()) {
    measured += fmt::format(" after {} of warm-up ({} requests, not counted)",
                            formatDuration(run.warmup), groupedCount(result.warmupRequests));
  }
  if (run.mergedRuns > 1) measured += fmt::format("; {} runs merged", run.mergedRuns);
  out.add(measured);
  out.blank();
}

/// So many decimals that the greatest value shows no more digits than the histogram has.
int decimalsFor(double greatestMs) { return greatestMs < 100 ? 3 : greatestMs < 10'000 ? 2 : 1; }

struct LatencyTable {
  const Result& result;
  int decimals;

  [[nodiscard]] std::string number(double ms) const { return fmt::format("{:.{}f}", ms, decimals); }

  void row(TextLines& out, std::string_view label, const std::string& latency,
           const std::string& service, const std::string& interval) const {
    out.add(fmt::format("  {:<8}{:>14}{:>14}   {}", label, latency, service, interval));
  }
  void percentile(TextLines& out, const ReportedPercentile& reported) const {
    const HdrHistogram& latency = result.okLatency();
    const std::optional<double> value = percentileMs(latency, reported.percentile);
    const std::optional<double> service = percentileMs(result.service, reported.percentile);
    if (!value) {
      row(out, reported.label, "-", service ? number(*service) : "-",
          insufficientSamples(latency, reported.percentile));
      return;
    }
    const std::optional<Interval> interval =
        percentileInterval(latency, reported.percentile, result.effectiveShare);
    row(out, reported.label, number(*value), service ? number(*service) : "-",
        interval ? fmt::format("{} to {}", number(inMilliseconds(interval->low)),
                               number(inMilliseconds(interval->high)))
                 : "");
  }
};

void latencySection(TextLines& out, const Result& result) {
  const HdrHistogram& latency = result.okLatency();
  const LatencyTable table{result, decimalsFor(inMilliseconds(latency.max()))};
  out.add("Time in ms       latency       service   95 % interval of the latency");
  out.add("           from due time     from send   (all of ok replies only)");
  if (latency.count() == 0) {
    out.add("  no request was answered ok: there is no latency to report");
    out.blank();
    return;
  }
  for (const ReportedPercentile& reported : kReportedPercentiles) table.percentile(out, reported);
  table.row(out, "max", table.number(inMilliseconds(latency.max())),
            table.number(inMilliseconds(result.service.max())), "");
  table.row(out, "mean", table.number(inMilliseconds(latency.mean())),
            table.number(inMilliseconds(result.service.mean())),
            result.meanHalfWidth < 0
                ? ""
                : fmt::format("+- {}", table.number(inMilliseconds(result.meanHalfWidth))));
  out.blank();
}

void rateSection(TextLines& out, const Result& result) {
  std::string rate = fmt::format("Rate        {} ok replies", rateText(result.rate()));
  if (result.targetRate > 0) {
    rate += fmt::format(", {:.1f} % of the {} planned", 100 * result.rate() / result.targetRate,
                        rateText(result.targetRate));
  }
  out.add(rate);
  out.add(fmt::format("Requests    {} planned, {} sent; they ended as",
                      groupedCount(result.planned), groupedCount(result.sent)));
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const std::uint64_t count = result.outcomes[outcome];
    if (count == 0 && outcome != Outcome::kOk) continue;
    out.add(fmt::format("  {:<12}{:>16}  {:>9}", outcomeName(outcome), groupedCount(count),
                        shareText(count, result.outcomes.total())));
  }
}

void misbehaviourSection(TextLines& out, const Result& result) {
  bool isFirst = true;
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    const OutcomeCounts& counts = result.misbehaved[i];
    if (counts.total() == 0) continue;
    if (isFirst) out.add("Misbehaving clients (in no figure above)");
    isFirst = false;
    std::string ends;
    for (std::size_t j = 0; j < kOutcomeCount; ++j) {
      const auto outcome = static_cast<Outcome>(j);
      if (counts[outcome] == 0) continue;
      ends += fmt::format("{}{} {}", ends.empty() ? "" : ", ", outcomeName(outcome),
                          groupedCount(counts[outcome]));
    }
    out.add(fmt::format("  {:<17}{:>11}  {}", behaviourName(static_cast<Behaviour>(i)),
                        groupedCount(counts.total()), ends));
  }
}

void generatorSection(TextLines& out, const Result& result) {
  out.add(fmt::format("Bytes       {} sent, {} received", roughSize(result.bytesSent),
                      roughSize(result.bytesReceived)));
  const HdrHistogram& lag = result.sendLag;
  const std::optional<double> p99 = percentileMs(lag, 99);
  out.add(fmt::format("Send lag    {}max {:.3f} ms (sent later than due)",
                      p99 ? fmt::format("p99 {:.3f} ms, ", *p99) : "", inMilliseconds(lag.max())));
}

/// What the redirector's statistics are read for first.
constexpr std::array<std::string_view, 6> kServiceFigures{"queries total",   "queries replied",
                                                          "queries timeout", "queries failed",
                                                          "queries unknown", "daemon spawns"};

void serviceSection(TextLines& out, const Result& result) {
  if (!result.serviceUnderTest) return;
  const ServiceReport& service = *result.serviceUnderTest;
  out.add(fmt::format("Service     {}", printable(service.command)));
  std::string figures;
  for (const std::string_view label : kServiceFigures) {
    for (const auto& [name, value] : service.statistics) {
      if (name != label) continue;
      // "queries total 5, replied 5": the first word once.
      const std::string_view shown =
          figures.empty() || !label.starts_with("queries ") ? label : label.substr(8);
      figures += fmt::format("{}{} {}", figures.empty() ? "" : ", ", shown, printable(value));
    }
  }
  figures += figures.empty() ? "" : "; ";
  figures += service.exitCode < 0 ? fmt::format("ended by signal {}", -service.exitCode)
                                  : fmt::format("exit {}", service.exitCode);
  out.add("            " + figures);
}

void verdictSection(TextLines& out, const Result& result) {
  out.blank();
  const SelfCheck& self = result.self;
  for (std::size_t i = 0; i < std::min(self.warnings.size(), kMostNotesShown); ++i) {
    out.add("Note        " + printable(self.warnings[i]));
  }
  std::size_t failed = 0;
  for (const AssertionVerdict& verdict : result.assertions) {
    if (verdict.passed || ++failed > kMostFailedShown) continue;
    out.add(fmt::format("FAILED      {}: it was {}", printable(verdict.text),
                        printable(verdict.actual)));
  }
  std::string line = self.isValid() ? "VALID" : "INVALID: " + printable(self.problems.front());
  if (self.problems.size() > 1) line += fmt::format(" (and {} more)", self.problems.size() - 1);
  if (!result.assertions.empty()) {
    line += fmt::format("; {} of {} assertions passed", result.assertions.size() - failed,
                        result.assertions.size());
    line += failed > 0 ? fmt::format(", {} FAILED", failed) : "";
  }
  out.add(line);
}

}  // namespace

std::string textReport(const Result& result) {
  TextLines out;
  head(out, result);
  latencySection(out, result);
  rateSection(out, result);
  misbehaviourSection(out, result);
  generatorSection(out, result);
  serviceSection(out, result);
  verdictSection(out, result);
  return out.take();
}

}  // namespace iotcpd::loadgen
