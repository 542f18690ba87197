#pragma once

#include <poll.h>

#include <vector>

#include "common/time/timer_heap.h"
#include "redirector/edge/timers.h"

namespace iotcpd::redirector {

class OneRequestSession;

/// The sessions that wait for an answer, longest first. They are not registered in the reactor,
/// which would cost more than serving most of them; instead those that have waited for a while are
/// looked at together, with one poll(2) per interval, so that a client that has reset its
/// connection frees its place.
class WaitingList {
 public:
  static constexpr Nanoseconds kInterval = std::chrono::milliseconds(25);

  explicit WaitingList(Timers& timers);

  void add(OneRequestSession& session, TimePoint now);
  /// Does nothing when the session is not in the list.
  void remove(OneRequestSession& session);

 private:
  void sweep(TimePoint now);

  Timers& timers_;
  OneRequestSession* first_ = nullptr;
  OneRequestSession* last_ = nullptr;
  Timer timer_;
  std::vector<pollfd> polled_;
  std::vector<OneRequestSession*> sessions_;
};

}  // namespace iotcpd::redirector
