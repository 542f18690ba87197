#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/unit/redirector/edge/supervisor_fixture.h"

namespace iotcpd::redirector {

/// A supervisor whose daemons are given up to four requests at a time. What is heard says of which
/// request.
class ConcurrentTest : public SupervisorTest {
 protected:
  ConcurrentTest() { settings.concurrency = 4; }

  /// Hands requests out in one pass, and lets it end.
  void asks(const std::vector<std::string>& requests) {
    for (const std::string& request : requests) ASSERT_NE(ask(request), 0) << request;
    passes();
  }
  /// The client that asked this leaves.
  void leaves(const std::string& request) {
    for (Query* const query : asked) {
      if (query->daemon != nullptr && query->request == request) Supervisor::withdraw(*query);
    }
  }
  /// Its stop sequence has begun: its stdin is closed.
  bool stops(pid_t pid) {
    launcher.reads(pid);
    char byte = 0;
    return ::read(launcher.daemons.at(pid).stdinReader.get(), &byte, 1) == 0;
  }
  void onRequestUnread(Query& query, TimePoint now) override {
    SupervisorTest::onRequestUnread(query, now);
    if (again) handedOutAgain = pool->handOut(query, now);
  }
  void hear(const Query& query, const std::string& what) override {
    const std::string_view request(query.request);
    SupervisorTest::hear(query, what + " to " + std::string(request.substr(0, request.find('\n'))));
  }

  bool again = false;  ///< what a daemon has not read is handed out again, as the queue does
  bool handedOutAgain = false;

  std::uint64_t condemned() const {
    std::uint64_t sum = 0;
    for (std::size_t cause = 0; cause < kCondemnCauseCount; ++cause) {
      sum += counters.condemnedFor(static_cast<CondemnCause>(cause));
    }
    return sum;
  }
  /// Every daemon that was started is in the pool, or how it ended is counted.
  bool lawHolds() const {
    const std::size_t inPool = pool->pool().size() - count(DaemonState::kSpawning);
    return counters.spawns() == counters.deaths() + condemned() + counters.retired() + inPool;
  }
};

}  // namespace iotcpd::redirector
