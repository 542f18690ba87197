#pragma once

#include <cstdint>

#include "fake-daemons/actions/effect.h"
#include "fake-daemons/daemon/gates.h"
#include "fake-daemons/daemon/journal.h"
#include "fake-daemons/daemon/loop.h"
#include "fake-daemons/daemon/reply_output.h"
#include "fake-daemons/engine/fault_engine.h"

namespace iotcpd::fake {

struct Counters {
  std::uint64_t received = 0;
  std::uint64_t replied = 0;
  std::uint64_t dropped = 0;    ///< by the action drop
  std::uint64_t stray = 0;      ///< writes that were nobody's reply
  std::uint64_t strayLost = 0;  ///< those that were not written, for want of room
};

/// What the parts of a daemon share; each belongs to Daemon.
struct Facilities {
  Loop& loop;
  Gates& gates;
  Journal& journal;
  ReplyOutput& output;
  FaultEngine& faults;
  Host& host;
  Counters& counters;
  TimePoint startedAt;
};

}  // namespace iotcpd::fake
