#include "redirector/policy/report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace iotcpd::redirector {
namespace {

constexpr std::string_view kRegistersDelimiter = " --- internal regs - 8< -------\n";
constexpr double kNanosecondsPerMillisecond = 1e6;
using Milliseconds = std::chrono::duration<double, std::milli>;

/// `label` padded to 19 columns, at least one blank, then the value.
template <typename Value>
void addLine(std::string& text, std::string_view label, const Value& value) {
  fmt::format_to(std::back_inserter(text), "{:<18} {}\n", label, value);
}

void addTimes(std::string& text, std::string_view label, const TimeSummary& times) {
  addLine(text, label,
          fmt::format("p50 {:.3f} p90 {:.3f} p99 {:.3f} p99.9 {:.3f} max {:.3f}", times.p50,
                      times.p90, times.p99, times.p999, times.max));
}

void addDaemons(std::string& text, const StatisticsSnapshot& snapshot, DaemonState state) {
  addLine(text, fmt::format("daemon {}", daemonStateName(state)),
          snapshot.daemons[static_cast<std::size_t>(state)]);
}

/// One line per cause of `outcome`, in the order of the enumeration.
void addCauses(std::string& text, const StatisticsSnapshot& snapshot, Outcome outcome) {
  for (std::size_t i = 0; i < kCauseCount; ++i) {
    const auto cause = static_cast<Cause>(i);
    if (outcomeOf(cause) == outcome) {
      addLine(text, fmt::format("{} {}", outcomeName(outcome), causeName(cause)),
              snapshot.causes[i]);
    }
  }
}

/// The predecessor's lines: scripts read them, so neither label, order nor column may change.
void addPredecessorLines(std::string& text, const StatisticsSnapshot& snapshot) {
  constexpr std::array<std::string_view, kBucketCount> kBucketLabels{
      "queries 0-100",   "queries 100-250",  "queries 250-500",
      "queries 500-750", "queries 750-1000", "queries 1000-"};
  addLine(text, "queries total", snapshot.total);
  addLine(text, "queries replied", snapshot.replied);
  addLine(text, "queries delayed", snapshot.delayed);
  addLine(text, "queries timeout", snapshot.timeout);
  addLine(text, "queries failed", snapshot.failed);
  addLine(text, "queries unknown", snapshot.unknown);
  for (std::size_t i = 0; i < kBucketCount; ++i) {
    addLine(text, kBucketLabels[i], snapshot.buckets[i]);
  }
  addLine(text, "daemon spawns", snapshot.spawns);
  addDaemons(text, snapshot, DaemonState::kAvailable);
  addDaemons(text, snapshot, DaemonState::kBusy);
  addDaemons(text, snapshot, DaemonState::kSpawning);
  addDaemons(text, snapshot, DaemonState::kStarting);
  fmt::format_to(std::back_inserter(text), "uptime   {}\nversion  {}\n", snapshot.uptimeSeconds,
                 snapshot.version);
}

void addQueueLines(std::string& text, const StatisticsSnapshot& snapshot) {
  addLine(text, "queries in-flight", snapshot.inFlight);
  addLine(text, "queue depth", snapshot.queueDepth);
  addLine(text, "queue peak", snapshot.queuePeak);
  addLine(text, "queue oldest-ms", fmt::format("{:.3f}", snapshot.queueOldestMs));
  addTimes(text, "queue ms", snapshot.queueMs);
  addTimes(text, "service ms", snapshot.serviceMs);
}

void addFaultLines(std::string& text, const StatisticsSnapshot& snapshot) {
  addDaemons(text, snapshot, DaemonState::kStopping);
  addLine(text, "daemon deaths", snapshot.deaths);
  addLine(text, "daemon retired", snapshot.retired);
  for (std::size_t i = 0; i < kCondemnCauseCount; ++i) {
    addLine(text, fmt::format("condemned {}", condemnCauseName(static_cast<CondemnCause>(i))),
            snapshot.condemned[i]);
  }
  addCauses(text, snapshot, Outcome::kFailed);
  addCauses(text, snapshot, Outcome::kUnknown);
}

void addClientLines(std::string& text, const StatisticsSnapshot& snapshot) {
  addLine(text, "refused not-allowed", snapshot.refusedNotAllowed);
  addLine(text, "refused per-source", snapshot.refusedPerSource);
  addLine(text, "clients open", snapshot.clientsOpen);
  addLine(text, "clients byteless", snapshot.byteless);
  addLine(text, "dropped log-lines", snapshot.droppedLogLines);
  addLine(text, "bytes in", snapshot.bytesIn);
  addLine(text, "bytes out", snapshot.bytesOut);
}

}  // namespace

TimeSummary summarize(const HdrHistogram& nanoseconds) {
  const auto percentileMs = [&](double percentile) {
    return static_cast<double>(nanoseconds.valueAtPercentile(percentile)) /
           kNanosecondsPerMillisecond;
  };
  TimeSummary summary;
  summary.p50 = percentileMs(50);
  summary.p90 = percentileMs(90);
  summary.p99 = percentileMs(99);
  summary.p999 = percentileMs(99.9);
  summary.max = static_cast<double>(nanoseconds.max()) / kNanosecondsPerMillisecond;
  return summary;
}

StatisticsSnapshot snapshotOf(const Counters& counters) {
  StatisticsSnapshot snapshot;
  snapshot.total = counters.total();
  snapshot.replied = counters.outcome(Outcome::kReplied);
  snapshot.delayed = counters.delayed();
  snapshot.timeout = counters.outcome(Outcome::kTimeout);
  snapshot.failed = counters.outcome(Outcome::kFailed);
  snapshot.unknown = counters.outcome(Outcome::kUnknown);
  snapshot.inFlight = counters.inFlight();
  snapshot.buckets = counters.buckets();
  snapshot.spawns = counters.spawns();
  snapshot.deaths = counters.deaths();
  snapshot.retired = counters.retired();
  snapshot.queueMs = summarize(counters.queueTimes());
  snapshot.serviceMs = summarize(counters.serviceTimes());
  for (std::size_t i = 0; i < kCondemnCauseCount; ++i) {
    snapshot.condemned[i] = counters.condemnedFor(static_cast<CondemnCause>(i));
  }
  for (std::size_t i = 0; i < kCauseCount; ++i) {
    snapshot.causes[i] = counters.cause(static_cast<Cause>(i));
  }
  snapshot.refusedNotAllowed = counters.refusedFor(Refusal::kNotAllowed);
  snapshot.refusedPerSource = counters.refusedFor(Refusal::kPerSource);
  snapshot.byteless = counters.byteless();
  snapshot.bytesIn = counters.bytesIn();
  snapshot.bytesOut = counters.bytesOut();
  return snapshot;
}

StatisticsSnapshot combine(const std::vector<PartialStatistics>& parts) {
  Counters counters = parts.front().counters;
  for (std::size_t i = 1; i < parts.size(); ++i) counters.merge(parts[i].counters);
  StatisticsSnapshot snapshot = snapshotOf(counters);
  for (const PartialStatistics& part : parts) {
    for (std::size_t i = 0; i < kDaemonStateCount; ++i) snapshot.daemons[i] += part.daemons[i];
    snapshot.queueDepth += part.queueDepth;
    snapshot.queuePeak = std::max(snapshot.queuePeak, part.queuePeak);
    snapshot.queueOldestMs =
        std::max(snapshot.queueOldestMs, Milliseconds(part.queueOldest).count());
    snapshot.clientsOpen += part.clientsOpen;
    snapshot.droppedLogLines += part.droppedTraceLines;
  }
  return snapshot;
}

std::string statisticsText(const StatisticsSnapshot& snapshot) {
  std::string text(kStatisticsBegin);
  addPredecessorLines(text, snapshot);
  addQueueLines(text, snapshot);
  addFaultLines(text, snapshot);
  addClientLines(text, snapshot);
  text += kStatisticsEnd;
  return text;
}

std::string registersText(const std::vector<DaemonRegister>& daemons) {
  std::string text(kRegistersDelimiter);
  for (std::size_t i = 0; i < daemons.size(); ++i) {
    const DaemonRegister& daemon = daemons[i];
    fmt::format_to(std::back_inserter(text),
                   "d[{0}].status = {1}\n"
                   "d[{0}].daemon_pid = {2}\n"
                   "d[{0}].incarnation = {3}\n"
                   "d[{0}].served = {4}\n"
                   "d[{0}].busy_ms = {5:.3f}\n"
                   "d[{0}].outstanding = {6}\n\n",
                   i, daemonStateName(daemon.state), daemon.pid, daemon.incarnation, daemon.served,
                   daemon.busyMs, daemon.outstanding);
  }
  text += kRegistersDelimiter;
  return text;
}

}  // namespace iotcpd::redirector
