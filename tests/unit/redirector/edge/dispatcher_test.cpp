#include "redirector/edge/dispatcher.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/redirector/edge/supervisor_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What becomes of requests whose daemon comes to nothing. Nothing but the supervisor is between
/// the queue and daemons that the test plays; the owner of all requests is the test.
class DispatcherTest : public SupervisorTest {
 protected:
  void serve(std::size_t daemons, std::size_t concurrency) {
    settings.numDaemons = daemons;
    settings.concurrency = concurrency;
    ClientSettings clients;
    clients.queueSize = 16;
    clients.queueTimeout = seconds(1);
    dispatcher_ = std::make_unique<Dispatcher>(timers_, ledger_, clients);
    start();
    dispatcher_->setSupervisor(*pool);
  }
  PoolListener& listener() override { return *dispatcher_; }

  /// A client asks. What is gathered for a daemon waits for the end of the pass.
  void comes(const std::string& request) {
    Query& query = ledger_.open(*this);
    QueryLedger::complete(query, request, clock.now());
    dispatcher_->onRequest(query, clock.now());
  }
  std::size_t inQueue() const { return dispatcher_->queue().depth(); }

  void hear(const Query& query, const std::string& what) override {
    SupervisorTest::hear(query, query.request.substr(0, query.request.size() - 1) + ": " + what);
  }
  void onFailure(Query& query, Cause cause, TimePoint /*now*/) override {
    hear(query, std::string(causeName(cause)));
  }

  std::unique_ptr<Dispatcher> dispatcher_;
};

/// The daemon that it is gathered for breaks the protocol before the end of the pass.
class GatheredRequestTest : public DispatcherTest {
 protected:
  void SetUp() override {
    serve(1, 1);
    comes("first\n");
    passes();
    comes("second\n");
    ASSERT_EQ(inQueue(), 1U);
    clock.advance(milliseconds(900));
    launcher.says(101, "0 done\n");
    poll();
    ASSERT_EQ(heard(), Said{"first: reply done"});
    ASSERT_EQ(inQueue(), 0U);
    launcher.says(101, "7 stray\n");
  }
};

TEST_F(GatheredRequestTest, FailsForItsTimeInTheQueueThatIsUpWhenItsDaemonFinishes) {
  clock.advance(milliseconds(100));
  writes();
  EXPECT_EQ(heard(), Said{"second: queue-timeout"});
  EXPECT_EQ(inQueue(), 0U);
}

TEST_F(GatheredRequestTest, WaitsOnForTheRestOfItsTime) {
  clock.advance(milliseconds(99));
  writes();
  EXPECT_EQ(heard(), Said{});
  EXPECT_EQ(inQueue(), 1U);
  after(milliseconds(1));
  EXPECT_EQ(heard(), Said{"second: queue-timeout"});
}

TEST_F(DispatcherTest, ARequestThatADaemonHadForTooLongToWaitAnyMoreFailsForThatDaemonsDeath) {
  serve(1, 0);
  comes("first\n");
  clock.advance(seconds(1));
  dies(101);
  EXPECT_EQ(heard(), Said{"first: daemon-death"});
}

TEST_F(DispatcherTest, ARequestThatADaemonHasDiedWithUnreadIsGivenToTheNext) {
  serve(2, 0);
  comes("first\n");
  dies(101);
  EXPECT_EQ(launcher.reads(102), "first\n");
  says(102, "done\n");
  EXPECT_EQ(heard(), Said{"first: reply done"});
}

}  // namespace
}  // namespace iotcpd::redirector
