// Service: what it tells about itself. Its life is in service.cpp.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "common/version.h"
#include "redirector/app/service.h"
#include "redirector/app/statistics_json.h"

namespace iotcpd::redirector {
namespace {

/// In the order of their numbers; a slot that no shard has at the moment has no process.
std::vector<DaemonRegister> inOrder(const std::vector<std::vector<DaemonRegister>>& ofShards) {
  std::vector<DaemonRegister> all;
  for (std::size_t index = 0; index < ofShards.size(); ++index) {
    const Share share{index, ofShards.size()};
    for (std::size_t slot = 0; slot < ofShards[index].size(); ++slot) {
      all.resize(std::max(all.size(), share.number(slot) + 1));
      all[share.number(slot)] = ofShards[index][slot];
    }
  }
  return all;
}

}  // namespace

std::string Service::addresses() const {
  return fmt::format("{}", fmt::join(listeners_->names(), " "));
}

void Service::announceListening() {
  if (std::exchange(announced_, true)) return;
  output_.write(fmt::format("iotcpd listening: {}\n", addresses()));
}

/// Ready when no shard is without a daemon, since the kernel gives connections to all of them.
void Service::onFirstDaemon() {
  announceListening();
  if (++readyShards_ < shards_.size()) return;
  gather<std::size_t>([](const Shard& shard) { return shard.availableDaemons(); },
                      [this](const std::vector<std::size_t>& available) {
                        output_.write(fmt::format(
                            "iotcpd ready: {} daemons {}/{}\n", addresses(),
                            std::accumulate(available.begin(), available.end(), std::size_t{0}),
                            settings_.pool.numDaemons));
                      });
}

StatisticsSnapshot Service::snapshot(const std::vector<PartialStatistics>& parts) const {
  StatisticsSnapshot result = combine(parts);
  result.uptimeSeconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - startedAt_).count());
  result.version = kVersion;
  result.droppedLogLines += logging_.dropped() + output_.dropped();
  return result;
}

StatisticsSnapshot Service::snapshotAtRest() const {
  std::vector<PartialStatistics> parts;
  for (const auto& shard : shards_) parts.push_back(shard->statistics());
  return snapshot(parts);
}

void Service::printStatistics() {
  gather<PartialStatistics>([](const Shard& shard) { return shard.statistics(); },
                            [this](const std::vector<PartialStatistics>& parts) {
                              const StatisticsSnapshot current = snapshot(parts);
                              writeStatisticsFile(current);
                              output_.write(statisticsText(current));
                            });
}

void Service::printRegisters() {
  using Registers = std::vector<DaemonRegister>;
  gather<Registers>([](const Shard& shard) { return shard.registers(); },
                    [this](const std::vector<Registers>& ofShards) {
                      output_.write(registersText(inOrder(ofShards)));
                    });
}

void Service::writeStatisticsFile(const StatisticsSnapshot& snapshot) {
  const std::string& path = settings_.output.statsFile;
  if (path.empty() || replaceFile(path, statisticsJson(snapshot))) return;
  log_.error(fmt::format("statistics file '{}' cannot be written: {}", path, std::strerror(errno)));
}

}  // namespace iotcpd::redirector
