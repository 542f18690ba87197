#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/stats/hdr_histogram.h"
#include "common/time/clock.h"
#include "loadgen/result/daemons_report.h"
#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// A histogram of times in nanoseconds: 1 us to 1 h, 3 significant digits, some 200 KB.
[[nodiscard]] HdrHistogram makeTimeHistogram();
/// The same range at 1 significant digit, some 5 KB: for one point of a timeline.
[[nodiscard]] HdrHistogram makeCoarseHistogram();

/// What was run, as it is told to the reader of a report.
struct RunDescription {
  std::string version;      ///< of iotcpd-loadgen
  std::string command;      ///< the command line, quoted as a shell wants it
  std::string target;       ///< "127.0.0.1:9991", "unix:/run/x" or "exec:cat"
  bool isOpenLoop = false;  ///< else closed: connections and think time
  std::string rate;         ///< the schedule as text; empty in a closed loop
  std::string arrivals;     ///< "constant", "poisson", "replay", "plan"; empty likewise
  std::uint64_t connections = 0;
  bool keepAlive = false;
  std::uint64_t pipeline = 1;
  std::string think;                      ///< a distribution; empty in an open loop
  std::vector<std::string> requests;      ///< one line each: templates with weights, or files
  std::string misbehave;                  ///< the mix as text; empty when there is none
  std::string until;                      ///< "p99+-5%", see Until; empty when there is none
  std::string expect;                     ///< a regular expression; empty when there is none
  std::vector<std::string> errorReplies;  ///< a reply that begins so is an error
  Nanoseconds timeout{};
  Nanoseconds drain{};
  Nanoseconds warmup{};
  std::uint64_t seed = 0;
  std::chrono::system_clock::time_point started{};  ///< of the schedule
  std::string machine;                              ///< "2 cores, AMD EPYC, Linux 6.1"
  std::uint64_t mergedRuns = 1;                     ///< how many runs this result is made of

  friend bool operator==(const RunDescription&, const RunDescription&) = default;
};

/// One stretch of the run for plots. Counted by the time of the outcome.
struct TimelinePoint {
  Nanoseconds start{};  ///< since the start of the schedule
  Nanoseconds length{};
  std::uint64_t sent = 0;
  OutcomeCounts outcomes;
  HdrHistogram latency = makeCoarseHistogram();  ///< from the due time, over ok
};

/// What the generator has seen of itself.
struct SelfCheck {
  HdrHistogram ownLag =
      makeTimeHistogram();     ///< lateness of sends that no full connection explains
  Nanoseconds stalled{};       ///< time in which it did not run although it should have
  Nanoseconds longestStall{};  ///< the longest such time at once
  double cpuShare = 0;         ///< of one core, 0..1
  double stealShare = 0;       ///< taken by the hypervisor, of all cores, 0..1
  std::uint64_t involuntarySwitches = 0;
  double meanInFlight = 0;     ///< requests between send and outcome, averaged over time
  double littlesInFlight = 0;  ///< the same by Little's law: rate of outcomes x mean time in flight
  std::vector<std::string> problems;  ///< why the run is INVALID, a sentence each; empty: valid
  std::vector<std::string> warnings;  ///< worth knowing, but no reason to distrust the figures

  [[nodiscard]] bool isValid() const { return problems.empty(); }
};

/// The service that --serve has run.
struct ServiceReport {
  std::string command;
  std::string address;                                          ///< as it announced itself
  std::vector<std::pair<std::string, std::string>> statistics;  ///< its block, label and value
  int exitCode = 0;                                             ///< negative: ended by that signal
};

struct AssertionVerdict {
  std::string text;    ///< "p99 < 50ms"
  std::string actual;  ///< "61.2ms", or why there is none: "insufficient samples"
  bool passed = false;
};

/// All that a run has found out; a value, written as JSON and read back.
/// Times are taken over the measured part, which begins when the warm-up ends.
struct Result {
  RunDescription run;
  Nanoseconds measured{};     ///< length of the measured part
  double targetRate = 0;      ///< planned ordinary requests per second; 0 in a closed loop
  std::uint64_t planned = 0;  ///< = outcomes.total() + all of misbehaved
  std::uint64_t sent = 0;
  std::uint64_t warmupRequests = 0;  ///< due before the measured part, counted nowhere else
  OutcomeCounts outcomes;            ///< of ordinary requests
  std::array<OutcomeCounts, kBehaviourCount> misbehaved{};  ///< by Behaviour; [kOrdinary] unused
  std::uint64_t bytesSent = 0;
  std::uint64_t bytesReceived = 0;

  /// From the due time to the outcome, by outcome: a user would have felt this. [kOk] is *the*
  /// latency.
  std::vector<HdrHistogram> latency = std::vector(kOutcomeCount, makeTimeHistogram());
  HdrHistogram service = makeTimeHistogram();    ///< from the send to the reply, over ok
  HdrHistogram sendLag = makeTimeHistogram();    ///< from the due time to the send
  HdrHistogram connect = makeTimeHistogram();    ///< from connect(2) to a connection
  HdrHistogram firstByte = makeTimeHistogram();  ///< from the send to the first byte of a reply
  /// Mean and half width of its 95 % interval by batch means, of the latency in ns; half width
  /// negative: too few batches.
  double meanLatency = 0;
  double meanHalfWidth = -1;
  /// How many independent samples one sample is worth, 0 < x <= 1 (latencies are autocorrelated).
  double effectiveShare = 1;

  std::vector<TimelinePoint> timeline;
  SelfCheck self;
  std::optional<ServiceReport> serviceUnderTest;
  std::optional<DaemonsReport> daemons;
  std::vector<AssertionVerdict> assertions;

  [[nodiscard]] const HdrHistogram& okLatency() const {
    return latency[static_cast<std::size_t>(Outcome::kOk)];
  }
  /// Replies per second that were ok.
  [[nodiscard]] double rate() const;
};

}  // namespace iotcpd::loadgen
