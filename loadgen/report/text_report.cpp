#include <array>
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

constexpr std::size_t kMostFailedShown = 2;

std::string daemonsText(const DaemonsReport& daemons, std::uint64_t pipeline) {
  std::string text =
      fmt::format("{} daemon{}", groupedCount(daemons.count), daemons.count == 1 ? "" : "s");
  if (pipeline > 1) text += fmt::format(", {} requests at once to each", pipeline);
  return text;
}

std::string connectionsText(const RunDescription& run) {
  const std::string connections = fmt::format("{} connection{}", groupedCount(run.connections),
                                              run.connections == 1 ? "" : "s");
  if (!run.keepAlive) return connections + ", one request each";
  if (run.pipeline <= 1) return connections + " kept alive";
  // Short, so that the seed has room in the same line.
  return fmt::format("{} kept alive, pipeline {}", connections, groupedCount(run.pipeline));
}

std::string loadText(const RunDescription& run) {
  if (!run.isOpenLoop) return fmt::format("Closed loop, think time {}", run.think);
  if (!run.rate.empty()) return fmt::format("Open loop, {}, {} arrivals", run.rate, run.arrivals);
  // A replay or a plan: its own line says which.
  return fmt::format("Open loop, {}", fmt::join(run.requests, ", "));
}

void head(TextLines& out, const Result& result) {
  const RunDescription& run = result.run;
  out.add(fmt::format("iotcpd-loadgen {}  target {}", run.version, printable(run.target)), 1);
  out.add(printable(loadText(run)), 1);
  const std::string to =
      result.daemons ? daemonsText(*result.daemons, run.pipeline) : "Up to " + connectionsText(run);
  out.add(fmt::format("{}; seed {}", to, run.seed), 1);
  std::string measured = fmt::format("Measured for {:.1f} s", inSeconds(result.measured));
  if (run.warmup > Nanoseconds::zero()) {
    measured += fmt::format(" after {} of warm-up ({} requests, not counted)",
                            formatDuration(run.warmup), groupedCount(result.warmupRequests));
  }
  if (run.mergedRuns > 1) measured += fmt::format("; {} runs merged", run.mergedRuns);
  if (!run.until.empty()) measured += fmt::format("; until {}", run.until);
  out.add(printable(measured), 1);
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
    std::string line = fmt::format("  {:<8}{:>14}{:>14}", label, latency, service);
    if (!interval.empty()) line += "   " + interval;
    out.add(line);
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

std::string outcomeText(const OutcomeCounts& counts, Outcome outcome) {
  return fmt::format("  {:<12}{:>14}  {:>9}", outcomeName(outcome), groupedCount(counts[outcome]),
                     shareText(counts[outcome], counts.total()));
}

/// Which outcomes are shown: ok always, of the others those that there were.
std::vector<Outcome> seenOutcomes(const OutcomeCounts& counts) {
  std::vector<Outcome> seen;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome == Outcome::kOk || counts[outcome] > 0) seen.push_back(outcome);
  }
  return seen;
}

bool hasMisbehaviour(const Result& result) { return result.planned != result.outcomes.total(); }

void rateSection(TextLines& out, const Result& result) {
  std::string rate = fmt::format("Rate        {} ok replies", rateText(result.rate()));
  if (result.targetRate > 0) {
    rate += fmt::format(", {:.1f} % of the {} planned", 100 * result.rate() / result.targetRate,
                        rateText(result.targetRate));
  }
  out.add(rate);
  const std::string who =
      hasMisbehaviour(result) ? groupedCount(result.outcomes.total()) + " ordinary ones" : "they";
  out.add(fmt::format("Requests    {} planned, {} sent; {} ended as", groupedCount(result.planned),
                      groupedCount(result.sent), who));
  const std::vector<Outcome> seen = seenOutcomes(result.outcomes);
  // One a line, unless the screen is needed for misbehaviour, too.
  const std::size_t columns = hasMisbehaviour(result) && seen.size() > 4 ? 2 : 1;
  const std::size_t rows = (seen.size() + columns - 1) / columns;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line = outcomeText(result.outcomes, seen[row]);
    if (row + rows < seen.size()) line += outcomeText(result.outcomes, seen[row + rows]);
    out.add(line);
  }
}

/// Each outcome by its name or, where that is too long for a row, errors in one figure.
std::string endsText(const OutcomeCounts& counts, std::size_t most) {
  std::string text;
  for (const Outcome outcome : seenOutcomes(counts)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", outcomeName(outcome),
                        groupedCount(counts[outcome]));
  }
  if (text.size() <= most) return text;
  return fmt::format("ok {}, errors {}, censored {}", groupedCount(counts[Outcome::kOk]),
                     groupedCount(counts.errors()), groupedCount(counts[Outcome::kCensored]));
}

void misbehaviourSection(TextLines& out, const Result& result) {
  if (!hasMisbehaviour(result)) return;
  out.add(fmt::format("Misbehaving clients: {} of the requests, in no other figure",
                      groupedCount(result.planned - result.outcomes.total())));
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    const OutcomeCounts& counts = result.misbehaved[i];
    if (counts.total() == 0) continue;
    const std::string begin = fmt::format(
        "  {:<17}{:>11}  ", behaviourName(static_cast<Behaviour>(i)), groupedCount(counts.total()));
    out.add(begin + endsText(counts, TextLines::kWidth - begin.size()));
  }
}

void generatorSection(TextLines& out, const Result& result) {
  out.add(fmt::format("Bytes       {} sent, {} received", roughSize(result.bytesSent),
                      roughSize(result.bytesReceived)));
  const HdrHistogram& lag = result.sendLag;
  const std::optional<double> p99 = percentileMs(lag, 99);
  out.add(fmt::format("Send lag    {}max {:.3f} ms (sent after the due time)",
                      p99 ? fmt::format("p99 {:.3f} ms, ", *p99) : "", inMilliseconds(lag.max())));
}

/// What the redirector's statistics are read for first.
constexpr std::array<std::string_view, 6> kServiceFigures{"queries total",   "queries replied",
                                                          "queries timeout", "queries failed",
                                                          "queries unknown", "daemon spawns"};

void serviceSection(TextLines& out, const Result& result) {
  if (!result.serviceUnderTest) return;
  const ServiceReport& service = *result.serviceUnderTest;
  out.add(fmt::format("Service     {}", printable(service.command)), 1);
  std::string figures = exitText(service.exitCode);
  for (const std::string_view label : kServiceFigures) {
    for (const auto& [name, value] : service.statistics) {
      if (name != label) continue;
      // "queries total 5, replied 5": the first word once.
      const bool isFirst = label == kServiceFigures.front();
      const std::string_view shown =
          isFirst || !label.starts_with("queries ") ? label : label.substr(8);
      figures += fmt::format("{} {} {}", isFirst ? ";" : ",", shown, printable(value));
    }
  }
  out.add("            " + figures);
}

/// The first note, and how many there are. In two rows, unless the screen is needed for
/// misbehaviour.
void noteSection(TextLines& out, const Result& result) {
  const std::vector<std::string>& notes = result.self.warnings;
  if (notes.empty()) return;
  const std::string label = notes.size() == 1 ? "Note" : fmt::format("Note 1 of {}", notes.size());
  out.add(fmt::format("{:<12}{}", label, printable(notes.front())),
          hasMisbehaviour(result) ? 1 : 2);
}

void daemonsSection(TextLines& out, const Result& result) {
  if (!result.daemons) return;
  const DaemonsReport& daemons = *result.daemons;
  out.add(fmt::format("Daemons     {} started; in the run {} ended by themselves, {} were killed",
                      groupedCount(daemons.started), groupedCount(daemons.ended),
                      groupedCount(daemons.killed)));
}

void verdictSection(TextLines& out, const Result& result) {
  const SelfCheck& self = result.self;
  std::size_t failed = 0;
  for (const AssertionVerdict& verdict : result.assertions) {
    if (verdict.passed || ++failed > kMostFailedShown) continue;
    out.add(fmt::format("FAILED      {}: it was {}", printable(verdict.text),
                        printable(verdict.actual)),
            1);
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
  daemonsSection(out, result);
  noteSection(out, result);
  verdictSection(out, result);
  return out.take();
}

}  // namespace iotcpd::loadgen
