// Service: its life. What it tells about itself is in service_reports.cpp.
#include "redirector/app/service.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>
#include <fmt/format.h>

#include "redirector/app/statistics_json.h"

namespace iotcpd::redirector {
namespace {

/// Descriptors kept for everything but clients, listeners and daemons: log, trace, the loops' own.
constexpr std::size_t kOwnDescriptors = 32;
constexpr std::size_t kDescriptorsPerLoop = 8;
constexpr std::size_t kPipesPerDaemon = 3;
/// Daemons that are being replaced, and hold their pipes beside their successors. A refresh
/// replaces them one by one.
constexpr std::size_t kMostReplacedDaemons = 8;
/// Fewer clients than that are hardly what anybody has in mind.
constexpr std::size_t kFewClients = 100;

std::size_t listenerCount(const ListenSettings& settings) {
  const std::size_t addresses = settings.ipv4.size() + settings.ipv6.size();
  return addresses * settings.threads + (settings.unixPath.empty() ? 0 : 1);
}

/// Descriptors for clients. A pool that takes all of them still serves, one client at a time.
std::size_t roomForClients(std::size_t descriptors, const Settings& settings) {
  const std::size_t daemons = settings.pool.numDaemons;
  const std::size_t kept = kOwnDescriptors + kDescriptorsPerLoop * (settings.listen.threads - 1) +
                           listenerCount(settings.listen) +
                           kPipesPerDaemon * (daemons + std::min(daemons, kMostReplacedDaemons));
  return descriptors > kept ? descriptors - kept : 1;
}

std::size_t descriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/// With no more clients than there are descriptors for.
Settings limited(Settings settings) {
  settings.clients.maxClients =
      std::min(settings.clients.maxClients, roomForClients(descriptorLimit(), settings));
  return settings;
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
    shards.push_back(std::make_unique<Shard>(
        share, sharesOf(all, share), sources_, logging_.logger(index), childDescriptorLimit,
        Shard::Callbacks{[this, index] { onMain(index, [this] { onFirstDaemon(); }); },
                         [this, index](RollingRefresh::Ending ending) {
                           onMain(index, [this, ending] { onRefreshEnded(ending); });
                         },
                         [this, index] { onMain(index, [this] { onShardStopped(); }); }}));
  }
  return shards;
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
  startThreads();
  shards_.front()->run();
  joinThreads();
  writeStatisticsFile(snapshotAtRest());
  return exitCode_;
}

void Service::startThreads() {
  try {
    for (std::size_t index = 1; index < shards_.size(); ++index) {
      threads_.emplace_back([this, index] { drive(index); });
    }
  } catch (const std::system_error& e) {
    throw StartError(fmt::format("--threads: thread {} of {} cannot be started: {}",
                                 threads_.size() + 2, shards_.size(), e.code().message()));
  }
}

/// The program has been started before: what keeps it from it now will pass.
void Service::drive(std::size_t index) {
  if (const int error = shards_[index]->start(); error != 0) {
    logging_.logger(index).error(
        fmt::format("daemon[{}] cannot be started: {}", index, std::strerror(error)));
  }
  shards_[index]->run();
}

void Service::joinThreads() {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Shard& shard = *shards_[i + 1];
    shard.post([&shard] { shard.stop(); });
    threads_[i].join();
  }
  threads_.clear();
}

void Service::on(std::size_t index, std::function<void(Shard&)> act) {
  Shard& shard = *shards_[index];
  if (index == 0) {
    act(shard);
  } else {
    shard.post([&shard, act = std::move(act)] { act(shard); });
  }
}

void Service::onEach(const std::function<void(Shard&)>& act) {
  for (std::size_t index = 0; index < shards_.size(); ++index) on(index, act);
}

void Service::onMain(std::size_t from, std::function<void()> task) {
  if (from == 0) {
    task();
  } else {
    shards_.front()->post(std::move(task));
  }
}

void Service::logLimit() {
  const std::size_t wanted = settings_.clients.maxClients;
  const std::size_t possible = limited(settings_).clients.maxClients;
  if (possible == wanted) return;
  const std::string text = fmt::format("max-clients {} is cut to {} by the limit of {} descriptors",
                                       wanted, possible, descriptorLimit());
  if (possible < kFewClients) {
    log_.warning(text);
  } else {
    log_.notice(text);
  }
}

void Service::onSignal(int signal) {
  switch (signal) {
    case SIGCHLD:
      onEach([](Shard& shard) { shard.onChildExited(); });
      break;
    case SIGUSR1:
      printStatistics();
      break;
    case SIGUSR2:
      printRegisters();
      break;
    case SIGALRM:
      onEach([](Shard& shard) { shard.inspect(); });
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
    onEach([](Shard& shard) { shard.beginDrain(); });
    return;
  }
  log_.warning(fmt::format("ended at once by a second signal {}", signal));
  exitCode_ = 128 + signal;
  onEach([](Shard& shard) {
    shard.endAtOnce();
    shard.stop();
  });
}

void Service::onShardStopped() {
  if (++stoppedShards_ < shards_.size()) return;
  log_.notice("stopped");
  shards_.front()->stop();
}

void Service::reload() {
  if (!ending_) adopt(reread());
}

/// Whatever keeps them from being read, the log is reopened and the daemons are replaced.
Settings Service::reread() {
  std::string why;
  try {
    Settings settings = reload_();
    if (settings.pool.numDaemons >= settings_.listen.threads) return settings;
    why = fmt::format("num-daemons {}: fewer than the {} threads", settings.pool.numDaemons,
                      settings_.listen.threads);
  } catch (const Poco::Exception& e) {
    why = e.displayText();
  } catch (const std::exception& e) {
    why = e.what();
  }
  log_.error(fmt::format("settings not reloaded, the old ones stay: {}", why));
  return settings_;
}

void Service::adopt(const Settings& settings) {
  try {
    logging_.reopen(settings.output);
  } catch (const std::system_error& e) {
    log_.error(fmt::format("log file not reopened: {}", e.what()));
  }
  if (!reopenTrace(settings.output.traceFile)) {
    log_.error(fmt::format("trace file '{}' cannot be opened: {}", settings.output.traceFile,
                           std::strerror(errno)));
  }
  const ListenSettings listen = settings_.listen;
  if (settings.listen != listen) log_.notice("listeners and threads stay until a restart");
  settings_ = settings;
  settings_.listen = listen;
  logLimit();
  onEach([all = limited(settings_)](Shard& shard) { shard.adopt(sharesOf(all, shard.share())); });
  const bool begins = refreshes_.request();
  log_.notice(begins ? "refresh started" : "refresh to be followed by another");
  if (begins) refreshNext();
}

void Service::refreshNext() {
  on(*refreshes_.current(), [](Shard& shard) { shard.refresh(); });
}

void Service::onRefreshEnded(RollingRefresh::Ending ending) {
  const bool aborted = ending == RollingRefresh::Ending::kAborted;
  const bool over = refreshes_.onEnded(aborted);
  if (aborted) {
    log_.error(fmt::format("refresh aborted after {} failed successors, the old daemons stay",
                           RefreshPlan::kMaxFailures));
  } else if (over) {
    log_.notice("refresh done");
  }
  if (refreshes_.current()) refreshNext();
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

/// Before there are threads nobody drives the other shards.
bool Service::reopenTrace(const std::string& path) {
  std::shared_ptr<TraceFile> file;
  if (!path.empty()) file = TraceFile::open(path);
  if (!path.empty() && file == nullptr) return false;
  onEach([file](Shard& shard) { shard.trace(file); });
  return true;
}

}  // namespace iotcpd::redirector
