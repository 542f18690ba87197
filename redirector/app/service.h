#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/random/random_stream.h"
#include "redirector/app/logging.h"
#include "redirector/edge/acceptor.h"
#include "redirector/edge/client_table.h"
#include "redirector/edge/daemon_launcher.h"
#include "redirector/edge/deferred_writes.h"
#include "redirector/edge/dispatcher.h"
#include "redirector/edge/listeners.h"
#include "redirector/edge/poller.h"
#include "redirector/edge/query_ledger.h"
#include "redirector/edge/reactor.h"
#include "redirector/edge/signals.h"
#include "redirector/edge/standard_output.h"
#include "redirector/edge/supervisor.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/edge/waiting_list.h"
#include "redirector/policy/access_list.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/settings.h"

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

/// The redirector put together: owns every part and says how they are joined; serves signals.
class Service {
 public:
  /// `reload` reads the settings anew at HUP; whatever it throws, the old ones stay.
  Service(Settings settings, std::function<Settings()> reload, Logging& logging,
          const rlimit& childDescriptorLimit);

  /// Binds, starts the pool, serves until told to end. Returns the exit code. Throws BindError when
  /// an address cannot be bound, FileError when a file cannot be written, StartError when the
  /// daemon program cannot be executed.
  [[nodiscard]] int run();

 private:
  void onSignal(int signal);
  void onConnection(UniqueFd fd, const sockaddr* source, TimePoint now);
  void announceListening();
  void onFirstDaemon();
  void onSessionEnded(ClientSession& session);
  void onEndSignal(int signal);
  void beginDrain(TimePoint now);
  void stopIfDrained();
  void stopDaemons(TimePoint now);
  void reload(TimePoint now);
  [[nodiscard]] Settings reread();
  void adopt(const Settings& settings, TimePoint now);
  void limitClients();
  void openOutputFiles();
  [[nodiscard]] bool reopenTrace(const std::string& path);
  void printStatistics(TimePoint now);
  void printRegisters(TimePoint now);
  void writeStatisticsFile(const StatisticsSnapshot& snapshot);
  [[nodiscard]] StatisticsSnapshot snapshot(TimePoint now) const;
  [[nodiscard]] std::string addresses() const;

  enum class Stage { kServing, kDraining, kStopping };

  Settings settings_;
  std::function<Settings()> reload_;
  Logging& logging_;
  Poco::Logger& log_;
  SteadyClock clock_;
  TimePoint startedAt_;
  RandomStream random_;
  Counters counters_;
  TraceWriter trace_;
  QueryLedger ledger_;
  Stage stage_ = Stage::kServing;
  bool announced_ = false;
  std::size_t maxClients_ = 0;  ///< --max-clients, within the limit on descriptors
  int exitCode_ = 0;

  Timers timers_;
  Poller poller_;
  DeferredWrites writes_;
  AccessList access_;
  ProcessLauncher launcher_;
  Reactor reactor_;
  ClientTable clients_;
  StandardOutput output_;
  WaitingList waiting_;
  Dispatcher dispatcher_;
  Supervisor supervisor_;
  ClientSession::Environment sessionEnvironment_;
  Signals signals_;
  Watch signalWatch_;
  Watch timerWatch_;
  Timer drainTimer_;    ///< drain-timeout
  Timer drainedTimer_;  ///< the last client has gone
  std::unique_ptr<Listeners> listeners_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace iotcpd::redirector
