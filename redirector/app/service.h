#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "redirector/app/gathering.h"
#include "redirector/app/logging.h"
#include "redirector/app/shard.h"
#include "redirector/edge/listeners.h"
#include "redirector/edge/signals.h"
#include "redirector/edge/standard_output.h"
#include "redirector/edge/watch.h"
#include "redirector/policy/refresh_rounds.h"
#include "redirector/policy/report.h"
#include "redirector/policy/settings.h"
#include "redirector/policy/source_counts.h"

namespace iotcpd::redirector {

/// The service cannot begin; what() is one line that says why.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that an option names cannot be written; what() says why.
class FileError : public std::runtime_error {
 public:
  FileError(std::string_view option, const std::string& why)
      : std::runtime_error(why), option_(option) {}
  [[nodiscard]] std::string_view option() const { return option_; }

 private:
  std::string_view option_;  ///< a literal
};

/// The redirector put together: owns the shards, and serves signals for all of them. The first
/// shard is driven by the thread that calls run(), which is the only one to use a Service; each
/// other one by a thread of its own. Of the Service these use the list of shards, which does not
/// change, the log, and their part of the listeners.
class Service {
 public:
  /// `reload` reads the settings anew at HUP; whatever it throws, the old ones stay.
  Service(Settings settings, std::function<Settings()> reload, Logging& logging,
          const rlimit& childDescriptorLimit);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Binds, starts the pool, serves until told to end. Returns the exit code. Throws BindError when
  /// an address cannot be bound, FileError when a file cannot be written, StartError when the
  /// daemon program, or a thread, cannot be started.
  [[nodiscard]] int run();

 private:
  [[nodiscard]] std::vector<std::unique_ptr<Shard>> makeShards(const rlimit& childDescriptorLimit);
  [[nodiscard]] std::unique_ptr<Shard> makeShard(const Share& share, const Settings& settings,
                                                 const rlimit& childDescriptorLimit);
  void startThreads();
  void joinThreads();
  /// By the thread of that shard; at once for the first one, whose thread has to call this.
  void tell(std::size_t index, std::function<void(Shard&)> act);
  void tellEach(const std::function<void(Shard&)>& act);
  /// By the thread of the first shard; `from`: the shard whose thread calls this.
  void tellMain(std::size_t from, std::function<void()> task);
  /// `onAll` gets what `ask` has returned for each shard.
  template <typename Part>
  void gather(std::function<Part(const Shard&)> ask, std::function<void(std::vector<Part>)> onAll) {
    const auto gathering = std::make_shared<Gathering<Part>>(shards_.size(), std::move(onAll));
    tellEach([this, ask, gathering](Shard& shard) {
      const std::size_t index = shard.share().index;
      tellMain(index, [gathering, index, part = ask(shard)]() mutable {
        gathering->put(index, std::move(part));
      });
    });
  }

  void onSignal(int signal);
  void onEndSignal(int signal);
  void announceListening();
  void onFirstDaemon();
  void onShardStopped();
  void reload();
  [[nodiscard]] Settings reread();
  void adopt(const Settings& settings);
  void logLimit();
  void refreshNext();
  void onRefreshEnded(RollingRefresh::Ending ending);
  void openOutputFiles();
  [[nodiscard]] bool reopenTrace(const std::string& path);

  void printStatistics();
  void printRegisters();
  void writeStatisticsFile(const StatisticsSnapshot& snapshot);
  [[nodiscard]] StatisticsSnapshot snapshot(const std::vector<PartialStatistics>& parts) const;
  [[nodiscard]] StatisticsSnapshot snapshotAtRest() const;
  [[nodiscard]] std::string addresses() const;

  Settings settings_;
  std::function<Settings()> reload_;
  Logging& logging_;
  Poco::Logger& log_;
  SteadyClock clock_;
  TimePoint startedAt_;
  bool ending_ = false;  ///< a first signal has said so
  bool announced_ = false;
  std::size_t readyShards_ = 0;    ///< have had their first daemon
  std::size_t stoppedShards_ = 0;  ///< have drained
  RefreshRounds refreshes_;
  int exitCode_ = 0;

  SourceCounts sources_;
  std::unique_ptr<Listeners> listeners_;
  std::vector<std::unique_ptr<Shard>> shards_;
  StandardOutput output_;
  Signals signals_;
  Watch signalWatch_;
  std::vector<std::thread> threads_;  ///< of all shards but the first
};

}  // namespace iotcpd::redirector
