// Service: what it tells about itself. Its life is in service.cpp.
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/version.h"
#include "redirector/app/service.h"
#include "redirector/app/statistics_json.h"

namespace iotcpd::redirector {

StatisticsSnapshot Service::snapshot(TimePoint now) const {
  StatisticsSnapshot result = snapshotOf(counters_);
  const DaemonPool& pool = supervisor_.pool();
  for (std::size_t i = 0; i < kDaemonStateCount; ++i) {
    result.daemons[i] = pool.count(static_cast<DaemonState>(i));
  }
  result.daemons[static_cast<std::size_t>(DaemonState::kStopping)] = supervisor_.stoppingCount();
  result.uptimeSeconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(now - startedAt_).count());
  result.version = kVersion;
  const RequestQueue& queue = dispatcher_.queue();
  result.queueDepth = queue.depth();
  result.queuePeak = queue.peak();
  result.queueOldestMs = std::chrono::duration<double, std::milli>(queue.oldestWait(now)).count();
  result.clientsOpen = clients_.size();
  result.droppedLogLines = logging_.dropped() + output_.dropped() + trace_.dropped();
  return result;
}

void Service::printStatistics(TimePoint now) {
  const StatisticsSnapshot current = snapshot(now);
  writeStatisticsFile(current);
  output_.write(statisticsText(current));
}

void Service::printRegisters(TimePoint now) {
  output_.write(registersText(supervisor_.registers(now)));
}

void Service::writeStatisticsFile(const StatisticsSnapshot& snapshot) {
  const std::string& path = settings_.output.statsFile;
  if (path.empty() || replaceFile(path, statisticsJson(snapshot))) return;
  log_.error(fmt::format("statistics file '{}' cannot be written: {}", path, std::strerror(errno)));
}

}  // namespace iotcpd::redirector
