// Service: its life. How it takes new settings is in service_reload.cpp, what it tells about itself
// in service_reports.cpp.
#include "redirector/app/service.h"

#include <signal.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>
#include <fmt/format.h>

#include "redirector/app/client_limit.h"
#include "redirector/app/statistics_json.h"

namespace iotcpd::redirector {
namespace {

[[noreturn]] void throwNotMade(const Share& share, const std::string& why) {
  throw StartError(fmt::format("--threads: what thread {} of {} needs is not to be had: {}",
                               share.index + 1, share.of, why));
}

}  // namespace

Service::Service(Settings settings, std::function<Settings()> reload, Logging& logging,
                 const rlimit& childDescriptorLimit)
    : settings_(std::move(settings)),
      reload_(std::move(reload)),
      logging_(logging),
      log_(logging.logger(0)),
      startedAt_(clock_.now()),
      refreshes_(settings_.listen.threads),
      sources_(settings_.listen.threads),
      shards_(makeShards(childDescriptorLimit)),
      output_(shards_.front()->poller()),
      signals_([this](int signal) { onSignal(signal); }),
      signalWatch_(shards_.front()->poller(), signals_.fd(), [this] { signals_.take(); }) {}

Service::~Service() { joinThreads(); }

std::vector<std::unique_ptr<Shard>> Service::makeShards(const rlimit& childDescriptorLimit) {
  const Settings all = limited(settings_);
  std::vector<std::unique_ptr<Shard>> shards;
  for (std::size_t index = 0; index < settings_.listen.threads; ++index) {
    const Share share{index, settings_.listen.threads};
    try {
      shards.push_back(makeShard(share, sharesOf(all, share), childDescriptorLimit));
    } catch (const Poco::Exception& e) {
      throwNotMade(share, e.displayText());
    } catch (const std::system_error& e) {
      throwNotMade(share, e.code().message());
    }
  }
  return shards;
}

std::unique_ptr<Shard> Service::makeShard(const Share& share, const Settings& settings,
                                          const rlimit& childDescriptorLimit) {
  const std::size_t index = share.index;
  return std::make_unique<Shard>(
      share, settings, sources_, logging_.logger(index), childDescriptorLimit,
      Shard::Callbacks{[this, index] { tellMain(index, [this] { onFirstDaemon(); }); },
                       [this, index](RollingRefresh::Ending ending) {
                         tellMain(index, [this, ending] { onRefreshEnded(ending); });
                       },
                       [this, index] { tellMain(index, [this] { onShardStopped(); }); }});
}

int Service::run() {
  listeners_ = std::make_unique<Listeners>(settings_.listen);
  // After binding: what a running instance writes to is not ours to touch.
  openOutputFiles();
  signalWatch_.want(Watch::Interest::kReadable);
  if (const int error = shards_.front()->start(); error != 0) {
    throw StartError(fmt::format("--daemon: '{}' cannot be started: {}",
                                 settings_.pool.daemonWords.front(), std::strerror(error)));
  }
  announceListening();
  logLimit();
  for (const auto& shard : shards_) {
    const std::size_t index = shard->share().index;
    shard->listen(listeners_->descriptors(index), [this, index] { listeners_->close(index); });
  }
  static_cast<void>(fileModeMask());
  startThreads();
  shards_.front()->run();
  joinThreads();
  writeStatisticsFile(snapshotAtRest());
  return exitCode_;
}

void Service::startThreads() {
  try {
    for (std::size_t index = 1; index < shards_.size(); ++index) {
      // As a task, so that what it may throw ends the program as what a handler throws.
      tell(index, [](Shard& shard) { shard.startLater(); });
      threads_.emplace_back([shard = shards_[index].get()] { shard->run(); });
    }
  } catch (const std::system_error& e) {
    throw StartError(fmt::format("--threads: thread {} of {} cannot be started: {}",
                                 threads_.size() + 2, shards_.size(), e.code().message()));
  }
}

void Service::joinThreads() {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Shard& shard = *shards_[i + 1];
    shard.post([&shard] { shard.stop(); });
    threads_[i].join();
  }
  threads_.clear();
}

void Service::tell(std::size_t index, std::function<void(Shard&)> act) {
  Shard& shard = *shards_[index];
  if (index == 0) {
    act(shard);
  } else {
    shard.post([&shard, act = std::move(act)] { act(shard); });
  }
}

void Service::tellEach(const std::function<void(Shard&)>& act) {
  for (std::size_t index = 0; index < shards_.size(); ++index) tell(index, act);
}

void Service::tellMain(std::size_t from, std::function<void()> task) {
  if (from == 0) {
    task();
  } else {
    shards_.front()->post(std::move(task));
  }
}

void Service::onSignal(int signal) {
  switch (signal) {
    case SIGCHLD:
      tellEach([](Shard& shard) { shard.onChildExited(); });
      break;
    case SIGUSR1:
      printStatistics();
      break;
    case SIGUSR2:
      printRegisters();
      break;
    case SIGALRM:
      tellEach([](Shard& shard) { shard.inspect(); });
      break;
    case SIGHUP:
      reload();
      break;
    default:
      onEndSignal(signal);
      break;
  }
}

void Service::onEndSignal(int signal) {
  if (!std::exchange(ending_, true)) {
    log_.notice("draining");
    tellEach([](Shard& shard) { shard.beginDrain(); });
    return;
  }
  log_.warning(fmt::format("ended at once by a second signal {}", signal));
  exitCode_ = 128 + signal;
  tellEach([](Shard& shard) {
    shard.endAtOnce();
    shard.stop();
  });
}

void Service::onShardStopped() {
  if (++stoppedShards_ < shards_.size()) return;
  log_.notice("stopped");
  shards_.front()->stop();
}

void Service::openOutputFiles() {
  const OutputSettings& output = settings_.output;
  if (!reopenTrace(output.traceFile)) {
    throw FileError("trace", fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  if (!output.statsFile.empty() &&
      !replaceFile(output.statsFile, statisticsJson(snapshotAtRest()))) {
    throw FileError("stats-file", fmt::format("cannot be written: {}", std::strerror(errno)));
  }
}

}  // namespace iotcpd::redirector
