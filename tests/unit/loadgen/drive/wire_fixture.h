#pragma once

#include <chrono>

#include <gtest/gtest.h>

#include "loadgen/drive/wire.h"

namespace iotcpd::loadgen {

/// What connections share in a run, for tests that drive them: nobody runs the timers.
class WireFixture : public testing::Test {
 protected:
  Poller poller_;
  TimerHeap timers_;
  Recorder recorder_{Nanoseconds(0), std::chrono::seconds(1)};
  ReplyCheck check_{"", {}};
  Wire wire_{.poller = poller_,
             .timers = timers_,
             .recorder = recorder_,
             .check = check_,
             .target = {},
             .sources = SourceAddresses({}, AF_INET),
             .timeout = {}};
};

}  // namespace iotcpd::loadgen
