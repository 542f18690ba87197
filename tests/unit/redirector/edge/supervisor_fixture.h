#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <Poco/NullChannel.h>

#include "redirector/edge/supervisor.h"
#include "redirector/policy/refresh_rounds.h"
#include "tests/unit/redirector/edge/fake_launcher.h"
#include "tests/unit/redirector/edge/loop_fixture.h"

namespace iotcpd::redirector {

/// A supervisor over daemons that the test plays itself, and a small vocabulary to tell stories
/// with.
class SupervisorTest : public LoopFixture, public PoolListener, public QueryOwner {
 protected:
  SupervisorTest() {
    log_.setChannel(new Poco::NullChannel);
    settings.daemonWords = {"daemon"};
    settings.numDaemons = 1;
    settings.busyTimeout = std::chrono::seconds(15);
    settings.alarmInterval = std::chrono::seconds(2);
    settings.maxReplyBytes = 1024;
  }

  void create() {
    pool = std::make_unique<Supervisor>(
        Supervisor::Environment{poller_, timers_, writes_, clock, launcher, random_, counters,
                                ledger_, log_, Share{}, [this] { ++announcements; },
                                [this](RollingRefresh::Ending ending) { onRefreshEnded(ending); }},
        settings, listener());
  }
  /// Whom the pool tells what becomes of requests.
  virtual PoolListener& listener() { return *this; }
  /// Starts the pool with `settings` and lets every slot have its turn.
  void start() {
    create();
    ASSERT_EQ(pool->start(clock.now()), 0);
    passes();
  }

  void says(pid_t pid, const std::string& text) {
    launcher.says(pid, text);
    passes();
  }
  void dies(pid_t pid, int code = 0) {
    launcher.exits(pid, code);
    pool->onChildExited(clock.now());
    passes();
  }
  /// SIGHUP with `settings` as they are now.
  void refresh() {
    pool->adopt(settings, clock.now());
    if (rounds_.request()) pool->refresh(clock.now());
  }
  /// Hands a request out; 0 when no daemon took it.
  pid_t ask(const std::string& request) { return ask(request, clock.now()); }
  /// In a pass that began at `now`.
  pid_t ask(const std::string& request, TimePoint now) {
    Query& query = ledger_.open(*this);
    asked.push_back(&query);
    QueryLedger::complete(query, request, now);
    return pool->handOut(query, now) ? query.daemon->pid() : 0;
  }
  std::size_t count(DaemonState state) const { return pool->pool().count(state); }
  /// What the listener was told since it was last asked.
  std::vector<std::string> heard() { return std::exchange(heard_, {}); }
  virtual void hear(const Query& /*query*/, const std::string& what) { heard_.push_back(what); }

  void onReply(Query& query, std::string_view line, TimePoint) override {
    hear(query, "reply " + std::string(line.substr(0, line.size() - 1)));
  }
  void onRequestLost(Query& query, Cause cause, TimePoint) override {
    hear(query, "lost " + std::string(causeName(cause)));
  }
  void onRequestUnread(Query& query, TimePoint) override { hear(query, "unread"); }
  void onDaemonAvailable(TimePoint) override {}
  void onFailure(Query&, Cause, TimePoint) override {}

  PoolSettings settings;
  FakeLauncher launcher;
  int announcements = 0;
  std::vector<Query*> asked;  ///< every query there was

 private:
  void onRefreshEnded(RollingRefresh::Ending ending) {
    rounds_.onEnded(ending == RollingRefresh::Ending::kAborted);
    pool->concludeRefresh(ending);
    if (rounds_.current()) pool->refresh(clock.now());
  }

  RefreshRounds rounds_{1};
  Poco::Logger& log_ = Poco::Logger::get("supervisor-test");
  RandomStream random_{1, "test"};
  std::vector<std::string> heard_;

 protected:
  std::unique_ptr<Supervisor> pool;  ///< last, since it works with all of the above
};

using Said = std::vector<std::string>;

}  // namespace iotcpd::redirector
