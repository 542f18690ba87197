#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <Poco/Logger.h>

#include "common/random/random_stream.h"
#include "redirector/edge/daemon_process.h"
#include "redirector/edge/daemon_recipe.h"
#include "redirector/edge/query_ledger.h"
#include "redirector/edge/rolling_refresh.h"
#include "redirector/policy/counters.h"
#include "redirector/policy/daemon_pool.h"
#include "redirector/policy/report.h"
#include "redirector/policy/respawn_backoff.h"
#include "redirector/policy/settings.h"
#include "redirector/policy/share.h"

namespace iotcpd::redirector {

/// Told what becomes of the queries that were handed out, unless they were withdrawn; they are with
/// no daemon any more then. Only onRequestUnread() and onDaemonAvailable() may hand out.
class PoolListener {
 public:
  /// Its daemon has answered. The line is valid during the call.
  virtual void onReply(Query& query, std::string_view line, TimePoint now) = 0;
  /// Its daemon will not answer: it died or was condemned.
  virtual void onRequestLost(Query& query, Cause cause, TimePoint now) = 0;
  /// Its daemon cannot have read a byte of the request, and will not: another may have it.
  virtual void onRequestUnread(Query& query, TimePoint now) = 0;
  virtual void onDaemonAvailable(TimePoint now) = 0;

 protected:
  ~PoolListener() = default;
};

/// Keeps the pool alive: starts, proves, condemns, replaces, refreshes and stops its daemons, and
/// hands requests to them. Owns every daemon process until it is reaped. Driven by the loop through
/// pipes, timers and, upon SIGCHLD, onChildExited(). But for the very first, processes are started
/// from timers only, so that nothing here calls the listener while the listener calls it.
class Supervisor final : private DaemonProcess::Owner, private RollingRefresh::Host {
 public:
  /// What it works with; all of it outlives the supervisor.
  struct Environment {
    Poller& pipes;
    Timers& timers;
    DeferredWrites& writes;
    const Clock& clock;
    DaemonLauncher& launcher;
    RandomStream& random;
    Counters& counters;
    QueryLedger& ledger;
    Poco::Logger& log;
    Share share;  ///< of the workers; slots are numbered among its own
    /// The first daemon of all is available.
    std::function<void()> onFirstAvailable;
    /// What refresh() began is over.
    std::function<void(RollingRefresh::Ending ending)> onRefreshEnded;
  };

  Supervisor(const Environment& environment, const PoolSettings& settings, PoolListener& listener);

  /// Starts the first daemon now and the others in the passes to come. Returns 0, or the errno that
  /// says why the program cannot be executed, which is then the caller's to report.
  [[nodiscard]] int start(TimePoint now);
  /// Starts all in the passes to come. Whether the program can be executed shows then.
  void startLater(TimePoint now);

  /// Hands the query's request to the daemon with the fewest, among these the most recently
  /// returned, that is silent at this very moment; condemns those that are not. With --concurrency
  /// it is gathered for that daemon, which is looked at and gets it at the end of the pass. False
  /// when there is none.
  [[nodiscard]] bool handOut(Query& query, TimePoint now);
  /// Nobody waits for the answer any more. REQUIRES: a daemon has the query.
  static void withdraw(Query& query) { query.daemon->withdraw(query); }

  /// SIGCHLD.
  void onChildExited(TimePoint now);
  /// A supervision pass out of turn: reaps, and starts at once what waits for its back-off.
  void inspect(TimePoint now);

  /// New settings for daemons to come, and another number of them.
  void adopt(const PoolSettings& settings, TimePoint now);
  /// Begins a rolling refresh, which replaces those there are. REQUIRES: none runs.
  void refresh(TimePoint now);
  /// The refresh of all shards is over, this one's among them if it had its turn.
  /// Once all have their successors these are what daemons are replaced by; when it was given up
  /// in another shard, what was before is.
  void concludeRefresh(RollingRefresh::Ending ending);

  /// Stops all daemons and starts none any more; `onStopped` is called when the last is reaped, at
  /// once if there is none.
  void stop(TimePoint now, std::function<void()> onStopped);
  /// Kills every process at once; for the end of the program. What is reaped yet has not died by
  /// itself.
  void killAll(TimePoint now);

  [[nodiscard]] const DaemonPool& pool() const { return pool_; }
  /// Processes that are in no slot any more and not yet reaped.
  [[nodiscard]] std::size_t stoppingCount() const;
  [[nodiscard]] std::vector<DaemonRegister> registers(TimePoint now) const;

 private:
  /// How long a daemon that closed a pipe may take to exit before it is taken for alive. Its slot
  /// has a successor meanwhile, so that only the verdict waits.
  static constexpr Nanoseconds kExitGrace = std::chrono::milliseconds(500);

  using Phase = DaemonProcess::Phase;
  using Recipe = std::shared_ptr<const DaemonRecipe>;

  /// What a slot holds beside its state in the pool.
  struct Slot {
    Slot(Nanoseconds firstDelay, Timer::Callback onTurn)
        : backoff(firstDelay), turn(std::move(onTurn)) {}
    DaemonProcess* process = nullptr;
    RespawnBackoff backoff;
    Timer turn;  ///< armed while an empty slot waits for its turn to start
  };

  void onDaemonEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                     TimePoint now) override;
  void onDaemonDeadline(DaemonProcess& daemon, TimePoint now) override;
  void onDaemonAged(DaemonProcess& daemon, TimePoint now) override;
  void onDaemonStderr(DaemonProcess& daemon, std::string_view line) override;
  void onDaemonGathered(DaemonProcess& daemon) override;

  [[nodiscard]] std::size_t slotCount() const override { return wantedSlots_; }
  [[nodiscard]] bool slotBusy(SlotId slot) const override;
  [[nodiscard]] DaemonProcess* launchSuccessor(SlotId slot, TimePoint now) override;
  void takeOver(DaemonProcess& successor, TimePoint now) override;
  void reject(DaemonProcess& successor, RollingRefresh::Flaw flaw, TimePoint now) override;
  void dismiss(DaemonProcess& successor, TimePoint now) override;
  void onRefreshEnded(RollingRefresh::Ending ending) override;

  /// False when its stdin takes nothing any more.
  [[nodiscard]] bool give(DaemonProcess& daemon, Query& query);
  void onServiceEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                      TimePoint now);
  void onServiceOver(DaemonProcess& daemon, TimePoint now);

  void gather(DaemonProcess& daemon, Query& query);
  void sendGathered(DaemonProcess& daemon, TimePoint now);
  void onConcurrentEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                         TimePoint now);
  void onConcurrentReply(DaemonProcess& daemon, const ConcurrentRequests::Answer& answer,
                         TimePoint now);
  void onConcurrentDeadline(DaemonProcess& daemon, TimePoint now);
  void afterLoan(DaemonProcess& daemon, TimePoint now);
  void finish(DaemonProcess& daemon, TimePoint now);
  void beginFinishing(DaemonProcess& daemon, TimePoint now);
  void loseConcurrent(DaemonProcess& daemon, CondemnCause ifAlive, TimePoint now);
  void loseAll(DaemonProcess& daemon, TimePoint now);
  [[nodiscard]] static std::vector<Query*> takeUnread(DaemonProcess& daemon);
  void loseRead(DaemonProcess& daemon, TimePoint now);
  void fail(Query* query, Cause cause, TimePoint now);
  void yield(const std::vector<Query*>& queries, TimePoint now);

  void onProofOver(DaemonProcess& daemon, TimePoint now);
  void onRestOver(DaemonProcess& daemon, TimePoint now);
  void judge(DaemonProcess& daemon, DaemonProof::Verdict verdict, TimePoint now);
  void beginIdle(DaemonProcess& daemon, TimePoint now);
  void handBack(DaemonProcess& daemon, TimePoint now);
  [[nodiscard]] bool wornOut(const DaemonProcess& daemon) const;
  void condemn(DaemonProcess& daemon, CondemnCause cause, TimePoint now);
  void recordCondemned(DaemonProcess& daemon, CondemnCause cause);
  void stopFaultless(DaemonProcess& daemon, TimePoint now);
  void accountRetired(DaemonProcess& daemon);
  [[nodiscard]] static TimePoint busySince(const DaemonProcess& daemon, TimePoint now);
  void lose(DaemonProcess& daemon, CondemnCause ifAlive, TimePoint now);
  void loseRequest(DaemonProcess& daemon, Cause cause, TimePoint now);
  void yieldRequest(DaemonProcess& daemon, TimePoint now);
  void closeRequest(DaemonProcess& daemon, bool ended, TimePoint now);
  void retire(DaemonProcess& daemon, TimePoint now);
  void bury(const DaemonLauncher::Exit& exit, TimePoint now);
  void logExit(const DaemonProcess& daemon, const DaemonLauncher::Exit& exit, bool expected);

  /// A process, or the errno that kept it from being started.
  struct Launched {
    DaemonProcess* daemon = nullptr;
    int error = 0;
  };
  [[nodiscard]] Launched launch(SlotId slot, std::uint64_t incarnation, const Recipe& recipe,
                                TimePoint now);
  [[nodiscard]] SlotId workerOf(SlotId slot) const {
    return static_cast<SlotId>(with_.share.number(slot));
  }
  [[nodiscard]] int startSlot(SlotId id, TimePoint now);
  void startSome(TimePoint now);
  void vacate(const DaemonProcess& daemon, Nanoseconds delay, TimePoint now);
  [[nodiscard]] Nanoseconds delayAfterDeath(const DaemonProcess& daemon, TimePoint now);
  void logNoStart(SlotId slot, const std::string& program, int error);
  void logDelay(SlotId slot, const RespawnBackoff::Decision& decision);
  void resize(std::size_t slots, TimePoint now);
  void dropEmptySlots();
  [[nodiscard]] const Recipe& recipeFor(SlotId slot) const;

  Environment with_;
  PoolListener& listener_;
  PoolSettings settings_;
  Recipe proven_;           ///< of the daemons there are, and of those that replace them
  Recipe candidate_;        ///< of the successors in the running refresh
  bool refreshed_ = false;  ///< all slots are of `candidate_`; other shards may yet fail
  Recipe wanted_;           ///< of the settings as they are now
  DaemonPool pool_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t wantedSlots_ = 0;
  std::unordered_map<pid_t, std::unique_ptr<DaemonProcess>> processes_;
  std::deque<SlotId> turns_;  ///< empty slots whose turn has come
  Timer startTimer_;
  RollingRefresh refresh_;
  bool started_ = false;
  bool announced_ = false;
  bool stopping_ = false;
  std::function<void()> onStopped_;
};

}  // namespace iotcpd::redirector
