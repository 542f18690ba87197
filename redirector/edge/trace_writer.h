#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "common/os/unique_fd.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {

/// What the trace tells of one query. Times are zero where the query never got that far.
struct QueryTrace {
  static constexpr std::size_t kHeadBytes = 64;

  std::string head;  ///< the first bytes of the request; kept only while tracing
  SlotId worker = 0;
  std::uint64_t incarnation = 0;
  int pid = 0;  ///< 0: no daemon ever had it
  TimePoint completeAt{};
  TimePoint handedOutAt{};
  TimePoint answeredAt{};  ///< its daemon's reply came, which may have to wait for its turn
};

/// The file of a trace, which the writers of all threads share.
class TraceFile {
 public:
  /// Appends to `path`. nullptr, with errno set, when it cannot be opened.
  [[nodiscard]] static std::shared_ptr<TraceFile> open(const std::string& path);
  explicit TraceFile(UniqueFd fd) : fd_(std::move(fd)) {}

  /// `line` with its newline, with one write. False when it could not be written whole.
  [[nodiscard]] bool append(std::string line);

 private:
  UniqueFd fd_;
  std::mutex mutex_;
  bool torn_ = false;  ///< the last line was written in part; guarded by the mutex
};

/// Writes one JSON line per outcome (--trace), each with one write, so that lines of a killed
/// process are whole:
///
///     {"request":"GET /","outcome":"timeout","cause":"busy-timeout","worker":0,"incarnation":2,
///      "pid":4711,"complete_ns":…,"handed_out_ns":…,"answered_ns":null,"decided_ns":…}
///
/// Request bytes are shown as the code points of the same number; what is unknown is null; times
/// are CLOCK_MONOTONIC in nanoseconds. A line that cannot be written is dropped and counted.
class TraceWriter {
 public:
  /// Off.
  TraceWriter() = default;

  /// Writes there from now on; nullptr: off again. What was dropped stays counted.
  void use(std::shared_ptr<TraceFile> file) { file_ = std::move(file); }
  [[nodiscard]] bool enabled() const { return file_ != nullptr; }
  void write(const QueryTrace& query, Cause cause, TimePoint decidedAt);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  std::shared_ptr<TraceFile> file_;
  std::uint64_t dropped_ = 0;
};

/// One line of the trace, newline included.
[[nodiscard]] std::string traceLine(const QueryTrace& query, Cause cause, TimePoint decidedAt);

}  // namespace iotcpd::redirector
