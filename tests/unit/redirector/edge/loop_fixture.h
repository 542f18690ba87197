#pragma once

#include <gtest/gtest.h>

#include "redirector/edge/deferred_writes.h"
#include "redirector/edge/poller.h"
#include "redirector/edge/query_ledger.h"
#include "redirector/edge/timers.h"
#include "redirector/edge/trace_writer.h"
#include "redirector/policy/counters.h"
#include "tests/unit/support/manual_clock.h"

namespace iotcpd::redirector {

/// A loop that the test drives itself, and what all that works in a loop shares.
class LoopFixture : public testing::Test {
 protected:
  /// Passes of the loop: timers that are due, then what is ready, then what was gathered. Enough of
  /// them for whatever one leads to in the next.
  void passes(int count = 40) {
    for (int i = 0; i < count; ++i) {
      runTimers();
      poll();
      writes();
    }
  }
  void runTimers() { timers_.run(clock.now()); }
  void poll() { poll(clock.now()); }
  /// In a pass that began at `now`.
  void poll(TimePoint now) { poller_.dispatch(now); }
  /// The end of a pass.
  void writes() { writes_.run(); }
  void after(Nanoseconds time) {
    clock.advance(time);
    passes();
  }

  ManualClock clock;
  Counters counters;
  Timers timers_;
  TraceWriter trace_;
  QueryLedger ledger_{counters, trace_};
  Poller poller_;
  DeferredWrites writes_;
};

}  // namespace iotcpd::redirector
