#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/time/timer_heap.h"
#include "loadgen/drive/peer_address.h"
#include "loadgen/drive/poller.h"
#include "loadgen/drive/source_addresses.h"
#include "loadgen/result/recorder.h"
#include "loadgen/result/reply_check.h"

namespace iotcpd::loadgen {

class Connection;
class Daemons;

/// Told by a connection that it can take another request.
class RoomListener {
 public:
  virtual void onRoom(Connection& connection, TimePoint now) = 0;

 protected:
  ~RoomListener() = default;
};

/// What went wrong on our side of the connections, where no outcome tells it apart.
struct LocalTrouble {
  std::uint64_t noPort = 0;          ///< connections for which there was no local port
  std::uint64_t noDescriptor = 0;    ///< connections for which there was no descriptor
  std::uint64_t unaskedReplies = 0;  ///< connections on which bytes came that nobody had asked for
};

/// A reply is at most so long; what is longer is wrong.
inline constexpr std::size_t kMostReplyBytes = 1UL << 20;

/// What all connections of a run share. Owned by the run; outlives the connections.
struct Wire {
  Poller& poller;
  TimerHeap& timers;
  Recorder& recorder;
  const ReplyCheck& check;
  RoomListener* listener = nullptr;
  PeerAddress target;
  SourceAddresses sources;
  Daemons* daemons =
      nullptr;  ///< that connections are to be started from; else they go to `target`
  Nanoseconds timeout;
  bool keepAlive = false;
  std::uint64_t taken = 0;        ///< requests that the pacer has taken from the plan
  std::uint64_t outstanding = 0;  ///< requests on all connections
  TimePoint start{};              ///< of the schedule
  TimePoint lastOk{};             ///< when the last good reply came to a client that behaves
  LocalTrouble trouble{};
  std::string scratch{};                   ///< for a line under construction
  std::array<char, 64UL * 1024> buffer{};  ///< what a read has brought; used within one call
};

}  // namespace iotcpd::loadgen
