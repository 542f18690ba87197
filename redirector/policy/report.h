#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "redirector/policy/counters.h"

namespace iotcpd::redirector {

/// Percentiles of a time, in milliseconds.
struct TimeSummary {
  double p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};
[[nodiscard]] TimeSummary summarize(const HdrHistogram& nanoseconds);

/// Everything the statistics say, by value, as of one moment.
struct StatisticsSnapshot {
  std::uint64_t total = 0, replied = 0, delayed = 0, timeout = 0, failed = 0, unknown = 0;
  std::uint64_t inFlight = 0;
  std::array<std::uint64_t, kBucketCount> buckets{};
  std::uint64_t spawns = 0, deaths = 0, retired = 0;
  std::array<std::uint64_t, kDaemonStateCount> daemons{};  ///< by DaemonState
  std::uint64_t uptimeSeconds = 0;
  std::string_view version;
  std::uint64_t queueDepth = 0, queuePeak = 0;
  double queueOldestMs = 0;
  TimeSummary queueMs, serviceMs;
  std::array<std::uint64_t, kCondemnCauseCount> condemned{};
  std::array<std::uint64_t, kCauseCount> causes{};
  std::uint64_t refusedNotAllowed = 0, refusedPerSource = 0;
  std::uint64_t clientsOpen = 0, byteless = 0, droppedLogLines = 0;
  std::uint64_t bytesIn = 0, bytesOut = 0;
};

/// What Counters know, put into a snapshot; the rest of it is the caller's to fill in.
[[nodiscard]] StatisticsSnapshot snapshotOf(const Counters& counters);

/// What one of several shards knows, by value, as of one moment.
struct PartialStatistics {
  Counters counters;
  std::array<std::uint64_t, kDaemonStateCount> daemons{};  ///< by DaemonState
  std::uint64_t queueDepth = 0, queuePeak = 0;
  Nanoseconds queueOldest{};
  std::uint64_t clientsOpen = 0, droppedTraceLines = 0;
};
/// All of them put together: sums; of several queues the highest peak and the longest wait. Uptime,
/// version and other dropped lines are the caller's to fill in. REQUIRES: there is one.
[[nodiscard]] StatisticsSnapshot combine(const std::vector<PartialStatistics>& parts);

/// The statistics block: the predecessor's lines with the same labels in the same order, then ours.
/// The last line is kStatisticsEnd; both delimiters included, newline at the end.
inline constexpr std::string_view kStatisticsBegin = " --- statistics ---- >8 -------\n";
inline constexpr std::string_view kStatisticsEnd = " --- statistics ---- 8< -------\n";
[[nodiscard]] std::string statisticsText(const StatisticsSnapshot& snapshot);

/// One daemon as USR2 shows it.
struct DaemonRegister {
  DaemonState state{};
  int pid = 0;  ///< 0 when there is no process
  std::uint64_t incarnation = 0;
  std::uint64_t served = 0;  ///< by this incarnation
  double busyMs = 0;  ///< how long it has been at its longest outstanding request; 0 when idle
  std::size_t outstanding = 0;  ///< requests it has
};

/// The registers block: per daemon `d[i].status = S_…` and the rest, a blank line after each,
/// between two lines ` --- internal regs - 8< -------`.
[[nodiscard]] std::string registersText(const std::vector<DaemonRegister>& daemons);

}  // namespace iotcpd::redirector
