#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>

#include "common/random/random_stream.h"
#include "redirector/app/logging.h"
#include "redirector/edge/acceptor.h"
#include "redirector/edge/client_table.h"
#include "redirector/edge/daemon_launcher.h"
#include "redirector/edge/dispatcher.h"
#include "redirector/edge/listeners.h"
#include "redirector/edge/pipe_poller.h"
#include "redirector/edge/reactor.h"
#include "redirector/edge/signals.h"
#include "redirector/edge/standard_output.h"
#include "redirector/edge/supervisor.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/policy/access_list.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// The redirector put together: owns every part and says how they are joined; serves signals.
class Service {
 public:
  /// `reload` reads the settings anew at HUP; throws SettingError when they are wrong.
  Service(Settings settings, std::function<Settings()> reload, Logging& logging,
          const rlimit& childDescriptorLimit);

  /// Binds, starts the pool, serves until told to end. Returns the exit code. Throws BindError.
  [[nodiscard]] int run();

 private:
  void onSignal(int signal);
  void onConnection(UniqueFd fd, const sockaddr* source, TimePoint now);
  void onFirstDaemon();
  void onSessionEnded(ClientSession& session);
  void onEndSignal(int signal);
  void beginDrain(TimePoint now);
  void endIfDrained();
  void stopDaemons(TimePoint now);
  void reload(TimePoint now);
  void adopt(const Settings& settings, TimePoint now);
  void openTrace(const std::string& path);
  void printStatistics(TimePoint now);
  void printRegisters(TimePoint now);
  void writeStatisticsFile(const StatisticsSnapshot& snapshot);
  [[nodiscard]] StatisticsSnapshot snapshot(TimePoint now) const;
  [[nodiscard]] std::string addresses() const;
  [[nodiscard]] std::size_t descriptorsForClients() const;

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
  Stage stage_ = Stage::kServing;
  int exitCode_ = 0;

  Timers timers_;
  PipePoller pipes_;
  AccessList access_;
  ProcessLauncher launcher_;
  ClientTable clients_;
  Reactor reactor_;
  StandardOutput output_;
  Dispatcher dispatcher_;
  Supervisor supervisor_;
  ClientSession::Environment sessionEnvironment_;
  Signals signals_;
  Watch signalWatch_;
  Watch timerWatch_;
  Watch pipeWatch_;
  Timer drainTimer_;
  std::unique_ptr<Listeners> listeners_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace iotcpd::redirector
