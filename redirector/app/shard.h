#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <Poco/Logger.h>

#include "common/random/random_stream.h"
#include "redirector/edge/acceptor.h"
#include "redirector/edge/client_table.h"
#include "redirector/edge/daemon_launcher.h"
#include "redirector/edge/deferred_writes.h"
#include "redirector/edge/dispatcher.h"
#include "redirector/edge/mailbox.h"
#include "redirector/edge/poller.h"
#include "redirector/edge/query_ledger.h"
#include "redirector/edge/reactor.h"
#include "redirector/edge/supervisor.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/edge/waiting_list.h"
#include "redirector/edge/watch.h"
#include "redirector/policy/access_list.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/report.h"
#include "redirector/policy/settings.h"
#include "redirector/policy/share.h"

namespace iotcpd::redirector {

/// A reactor and all that belongs to it: listeners, connections, queue, its share of the pool,
/// counters. Driven by one thread, which has called start(); that thread calls everything but
/// post(). Shares nothing with other shards but the log, the trace's file and SourceCounts.
class Shard {
 public:
  /// Told by the thread that drives it.
  struct Callbacks {
    std::function<void()> onFirstDaemon;
    std::function<void(RollingRefresh::Ending ending)> onRefreshEnded;
    /// After beginDrain(): no connection and no daemon is left.
    std::function<void()> onStopped;
  };

  /// `settings`: its share of them, see sharesOf(). `descriptorLimit`: what daemons get.
  Shard(Share share, Settings settings, SourceCounts& sources, Poco::Logger& log,
        const rlimit& descriptorLimit, Callbacks callbacks);

  /// Accepts connections from `listeners` as soon as it is driven; `close` closes them.
  void listen(const std::vector<int>& listeners, std::function<void()> close);
  /// Starts its daemons. Returns 0, or the errno that says why the program cannot be executed,
  /// which is then the caller's to report.
  [[nodiscard]] int start();
  /// The same where the program has been started before: one that cannot be is tried again.
  void startLater() { supervisor_.startLater(clock_.now()); }
  /// Serves until stop().
  void run() { reactor_.run(); }
  void stop() { reactor_.stop(); }

  /// Has something done by the thread that drives it. From any thread.
  void post(std::function<void()> task) { mailbox_.post(std::move(task)); }

  void onChildExited() { supervisor_.onChildExited(clock_.now()); }
  /// A supervision pass now.
  void inspect() { supervisor_.inspect(clock_.now()); }
  /// New settings, `settings` being its share of them. While it drains the old ones stay.
  void adopt(const Settings& settings);
  /// A trace from now on, or none.
  void trace(std::shared_ptr<TraceFile> file) { trace_.use(std::move(file)); }
  /// Begins a rolling refresh. REQUIRES: none runs.
  void refresh();
  /// The refresh of all shards is over.
  void concludeRefresh(RollingRefresh::Ending ending) { supervisor_.concludeRefresh(ending); }
  /// Accepts what is there, then nothing any more; answers what is open, for as long as
  /// --drain-timeout, then stops the daemons.
  void beginDrain();
  /// Ends connections and kills daemons.
  void endAtOnce();

  [[nodiscard]] PartialStatistics statistics() const;
  [[nodiscard]] std::vector<DaemonRegister> registers() const;
  [[nodiscard]] std::size_t availableDaemons() const;

  [[nodiscard]] const Share& share() const { return share_; }
  /// For more that the same thread is to wait for.
  [[nodiscard]] Poller& poller() { return poller_; }

 private:
  enum class Stage { kServing, kDraining, kStopping };

  void onConnection(UniqueFd fd, const sockaddr* source, TimePoint now);
  void onSessionEnded(ClientSession& session);
  void stopIfDrained();
  void stopDaemons(TimePoint now);

  Share share_;
  Settings settings_;
  Poco::Logger& log_;
  Callbacks callbacks_;
  SteadyClock clock_;
  RandomStream random_;
  Counters counters_;
  TraceWriter trace_;
  QueryLedger ledger_;
  Stage stage_ = Stage::kServing;

  Timers timers_;
  Poller poller_;
  DeferredWrites writes_;
  Mailbox mailbox_;
  AccessList access_;
  ProcessLauncher launcher_;
  Reactor reactor_;
  WaitingList waiting_;
  Dispatcher dispatcher_;
  Supervisor supervisor_;
  ClientSession::Environment sessionEnvironment_;
  ClientTable clients_;
  Watch timerWatch_;
  Timer drainTimer_;    ///< drain-timeout
  Timer drainedTimer_;  ///< the last client has gone
  std::unique_ptr<Acceptor> acceptor_;
  std::function<void()> closeListeners_;
};

/// The part of the settings that a shard has: daemons, clients and places in the queue are shared
/// out, each shard has room for one client at least.
[[nodiscard]] Settings sharesOf(const Settings& settings, const Share& share);

}  // namespace iotcpd::redirector
