// How daemons end, how that is counted, and the end of all of them.
#include <signal.h>

#include "tests/unit/redirector/edge/supervisor_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::seconds;

TEST_F(SupervisorTest, ADaemonWhoseLastWordsCondemnItIsCountedOnce) {
  start();
  ask("one\n");
  launcher.says(101, "ONE\nTWO\n");
  dies(101);
  EXPECT_EQ(heard(), Said{"reply ONE"});
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kStrayOutput), 1U);
  EXPECT_EQ(counters.deaths(), 0U);
  EXPECT_EQ(counters.spawns(), 2U);
}

TEST_F(SupervisorTest, ARecycledDaemonIsRetiredAndHasNotDied) {
  settings.recycleAfter = 1;
  start();
  ask("one\n");
  says(101, "ONE\n");
  dies(101);
  EXPECT_EQ(counters.retired(), 1U);
  EXPECT_EQ(counters.deaths(), 0U);
  EXPECT_EQ(counters.spawns(), 2U);
}

TEST_F(SupervisorTest, ABackOffBeginsWhenTheEndIsSeenEvenWhenTheLoopWasHeldUp) {
  start();
  dies(101);
  launcher.exits(102, 1);
  const TimePoint passBegan = clock.now();
  clock.advance(seconds(1));
  pool->onChildExited(passBegan);
  after(settings.alarmInterval - std::chrono::milliseconds(1));
  EXPECT_FALSE(launcher.alive(103));
  after(settings.alarmInterval);
  EXPECT_TRUE(launcher.alive(103));
}

TEST_F(SupervisorTest, StopWaitsForTheLastDaemon) {
  settings.numDaemons = 2;
  start();
  bool stopped = false;
  pool->stop(clock.now(), [&] { stopped = true; });
  passes();
  dies(101);
  EXPECT_FALSE(stopped);
  dies(102);
  EXPECT_TRUE(stopped);
  EXPECT_EQ(launcher.lastPid, 102) << "nothing is started any more";
}

TEST_F(SupervisorTest, WhatWasKilledAtTheEndHasNotDiedByItselfAndIsNotReplaced) {
  start();
  pool->killAll(clock.now());
  EXPECT_TRUE(launcher.wasSent(101, SIGKILL));
  dies(101);
  EXPECT_EQ(counters.deaths(), 0U);
  after(seconds(10));
  EXPECT_EQ(launcher.lastPid, 101);
}

TEST_F(SupervisorTest, ChildrenOfOthersAreReapedToo) {
  start();
  launcher.exited.push_back({7, 0, false});
  pool->onChildExited(clock.now());
  EXPECT_TRUE(launcher.exited.empty());
}

TEST_F(SupervisorTest, TheGroupIsKilledBeforeTheProcessIsReaped) {
  start();
  dies(101);
  EXPECT_TRUE(launcher.wasSent(101, SIGKILL));
  EXPECT_TRUE(launcher.exited.empty());
}

}  // namespace
}  // namespace iotcpd::redirector
