#include "loadgen/plan/replay.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/plan/access_log.h"
#include "loadgen/plan/line_reader.h"
#include "loadgen/plan/line_source.h"
#include "loadgen/plan/schedule_segments.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostLineBytes = 64UL * 1024;
constexpr double kNsPerMs = 1e6;

}  // namespace

Replay::Replay(const std::string& path, double speed, const ReplayLimits& limits) : speed_(speed) {
  read(path, limits);
  std::ranges::sort(entries_, {},
                    [](const Entry& entry) { return std::tuple(entry.beganMs, entry.start); });
  if (entries_.empty() || dueTime(entries_.back()) <= kLongestSchedule) return;
  throw PlanError(fmt::format("access.log '{}' goes on for longer than {} at this speed",
                              printable(path), formatDuration(kLongestSchedule)));
}

void Replay::read(const std::string& path, const ReplayLimits& limits) {
  LineReader reader("access.log", path, kMostLineBytes);
  for (std::string_view line; reader.next(line);) {
    if (reader.lineNumber() > limits.lines) {
      reader.fail(fmt::format("has more than {} lines", limits.lines));
    }
    if (reader.bytesRead() > limits.bytes) {
      reader.fail(fmt::format("is larger than {}", formatSize(limits.bytes)));
    }
    try {
      const AccessLogEntry entry = parseAccessLogLine(line);
      if (!entry.isRequest()) continue;
      const std::size_t start = lines_.size();
      fmt::format_to(std::back_inserter(lines_), "{} {}/- {} {} myip=- myport=3128\n", entry.url,
                     entry.client, entry.ident, entry.method);
      entries_.push_back({entry.beganMs, static_cast<std::uint32_t>(start),
                          static_cast<std::uint32_t>(lines_.size() - start)});
    } catch (const SyntaxError& e) {
      reader.failAtLine(e.what());
    }
  }
  if (entries_.empty()) reader.fail("has no request: Squid's native access.log is expected");
}

Nanoseconds Replay::dueTime(const Entry& entry) const {
  const auto sinceFirst = static_cast<double>(entry.beganMs - entries_.front().beganMs);
  const double due = sinceFirst * kNsPerMs / speed_;
  constexpr double kBeyond = 1e18;
  return Nanoseconds(std::llround(std::min(due, kBeyond)));
}

bool Replay::next(PlannedRequest& request) {
  if (next_ == entries_.size()) return false;
  const Entry& entry = entries_[next_++];
  const RequestLine line = withToken(std::string_view(lines_).substr(entry.start, entry.size));
  request = {dueTime(entry), line.bytes, line.token, line.hasToken, Behaviour::kOrdinary};
  return true;
}

}  // namespace iotcpd::loadgen
