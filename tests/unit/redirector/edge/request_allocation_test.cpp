// The whole path of a request over a kept connection: session, ledger, dispatcher, queue,
// supervisor, channel, timers and our poller, with real sockets and pipes. The reactor that wakes
// them is not in it.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <Poco/NullChannel.h>
#include <gtest/gtest.h>

#include "redirector/edge/dispatcher.h"
#include "redirector/edge/keep_alive_session.h"
#include "redirector/edge/waiting_list.h"
#include "tests/unit/redirector/edge/fake_launcher.h"
#include "tests/unit/redirector/edge/loop_fixture.h"
#include "tests/unit/support/counted_allocations.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// Longer than a string that needs no memory of its own.
constexpr std::string_view kRequest = "a request as long as the URLs that are asked in earnest\n";

/// A service without its listeners, one client of it, and daemons that echo. What the test itself
/// does for them allocates nothing either.
class RequestAllocationTest : public LoopFixture {
 protected:
  /// `concurrency`: requests that a daemon has at the same time, with IDs; 0: one, without.
  void serve(std::size_t daemons, std::size_t maxPipeline, std::size_t concurrency) {
    log_.setChannel(new Poco::NullChannel);
    pool_.daemonWords = {"daemon"};
    pool_.numDaemons = daemons;
    pool_.busyTimeout = seconds(15);
    pool_.alarmInterval = seconds(2);
    pool_.maxReplyBytes = 1024;
    pool_.concurrency = concurrency;
    clients_.maxRequestBytes = 4096;
    clients_.clientTimeout = seconds(10);
    clients_.idleTimeout = seconds(60);
    clients_.maxPipeline = maxPipeline;
    clients_.queueSize = 1024;
    clients_.queueTimeout = seconds(1);
    clients_.errorReply = "ERR\n";
    dispatcher_ = std::make_unique<Dispatcher>(timers_, ledger_, clients_);
    supervisor_ = std::make_unique<Supervisor>(
        Supervisor::Environment{poller_, timers_, writes_, clock, launcher_, random_, counters,
                                ledger_, log_, Share{}, [] {}, [](RollingRefresh::Ending) {}},
        pool_, *dispatcher_);
    dispatcher_->setSupervisor(*supervisor_);
    ASSERT_EQ(supervisor_->start(clock.now()), 0);
    for (int i = 0; i < 40; ++i) pass();
    connect();
  }

  /// Sends `requests` of them in one write and reads all their replies.
  void exchange(std::size_t requests) {
    for (std::size_t i = 0; i < requests; ++i) {
      kRequest.copy(burst_.data() + i * kRequest.size(), kRequest.size());
    }
    const std::size_t bytes = requests * kRequest.size();
    ASSERT_EQ(::write(client_.get(), burst_.data(), bytes), static_cast<ssize_t>(bytes));
    std::size_t received = 0;
    for (int passes = 0; received < bytes && passes < 1000; ++passes) {
      pass();
      echo();
      const ssize_t got = ::read(client_.get(), burst_.data(), burst_.size());
      if (got > 0) received += static_cast<std::size_t>(got);
    }
    ASSERT_EQ(received, bytes);
  }
  /// Allocations of 200 exchanges after 20 that have brought all memory there is need for.
  std::uint64_t inSteadyState(std::size_t requests) {
    for (int i = 0; i < 20; ++i) exchange(requests);
    const std::uint64_t before = countedAllocations();
    for (int i = 0; i < 200; ++i) exchange(requests);
    return countedAllocations() - before;
  }

 private:
  void connect() {
    session_ = std::make_unique<OpenSession>(*this);
    client_ = std::move(session_->clientEnd);
  }
  void pass() {
    clock.advance(microseconds(10));
    passes(1);
  }
  /// Each daemon answers all that it can read.
  void echo() {
    for (auto& [pid, daemon] : launcher_.daemons) {
      const ssize_t got = ::read(daemon.stdinReader.get(), pipe_.data(), pipe_.size());
      if (got <= 0) continue;
      ASSERT_EQ(::write(daemon.stdoutWriter.get(), pipe_.data(), static_cast<std::size_t>(got)),
                got);
    }
  }

  /// The session and the ends of its socket.
  struct OpenSession {
    explicit OpenSession(RequestAllocationTest& test)
        : environment{test.poller_,      test.timers_,         test.writes_,      test.clock,
                      test.counters,     test.clients_,        *test.dispatcher_, test.ledger_,
                      test.waitingList_, [](ClientSession&) {}} {
      std::array<int, 2> ends{};
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        std::abort();
      }
      clientEnd = UniqueFd(ends[0]);
      session = std::make_unique<KeepAliveSession>(environment, UniqueFd(ends[1]), std::nullopt);
      session->begin(test.clock.now());
    }
    UniqueFd clientEnd;
    ClientSession::Environment environment;
    std::unique_ptr<KeepAliveSession> session;
  };

  Poco::Logger& log_ = Poco::Logger::get("allocation-test");
  RandomStream random_{1, "test"};
  PoolSettings pool_;
  ClientSettings clients_;
  FakeLauncher launcher_;
  WaitingList waitingList_{timers_};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<OpenSession> session_;
  UniqueFd client_;
  std::array<char, 65536> burst_{};
  std::array<char, 65536> pipe_{};
};

TEST_F(RequestAllocationTest, ARequestOverAKeptConnectionTakesNoneInTheSteadyState) {
  serve(1, 64, 0);
  EXPECT_EQ(inSteadyState(1), 0U);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 220U);
}

TEST_F(RequestAllocationTest, PipelinedRequestsThatQueueAndOvertakeEachOtherTakeNone) {
  serve(4, 64, 0);
  EXPECT_EQ(inSteadyState(50), 0U);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 220U * 50);
  EXPECT_GT(counters.delayed(), 220U * 40);
}

TEST_F(RequestAllocationTest, MoreThanMaxPipelineOfThemTakeNone) {
  serve(4, 8, 0);
  EXPECT_EQ(inSteadyState(200), 0U);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 220U * 200);
}

TEST_F(RequestAllocationTest, RequestsUnderChannelIdsTakeNone) {
  serve(2, 64, 16);
  EXPECT_EQ(inSteadyState(60), 0U);
  EXPECT_EQ(counters.outcome(Outcome::kReplied), 220U * 60);
}

}  // namespace
}  // namespace iotcpd::redirector
