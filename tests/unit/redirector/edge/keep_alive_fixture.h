#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "redirector/edge/keep_alive_session.h"
#include "redirector/edge/waiting_list.h"
#include "tests/unit/redirector/edge/loop_fixture.h"

namespace iotcpd::redirector {

/// A kept connection whose client and whose pool are played by the test.
class KeepAliveSessionTest : public LoopFixture, public RequestSink {
 protected:
  KeepAliveSessionTest() {
    settings.maxRequestBytes = 4096;
    settings.clientTimeout = std::chrono::seconds(10);
    settings.idleTimeout = std::chrono::seconds(60);
    settings.maxPipeline = 4;
    settings.errorReply = "ERR\n";
  }

  void connect() {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    client = UniqueFd(ends[0]);
    session = std::make_unique<KeepAliveSession>(environment_, UniqueFd(ends[1]), std::nullopt);
    session->begin(clock.now());
    passes();
  }

  /// The client sends.
  void sends(std::string_view text) {
    ASSERT_EQ(::write(client.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    passes();
  }
  /// The client reads what has come; "EOF" at the end of the stream.
  std::string gets() {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::read(client.get(), bytes.data(), bytes.size());
    if (got == 0) return "EOF";
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }

  /// The requests that the pool has not answered, in the order in which they came.
  std::vector<std::string> asked() const {
    std::vector<std::string> requests;
    for (const Query* query : waiting) requests.push_back(query->request);
    return requests;
  }
  /// The pool answers the `index`th of these; the session sends at the end of the pass.
  void answers(std::size_t index, std::string_view reply) {
    Query& query = take(index);
    query.owner->onReply(query, reply, clock.now());
  }
  void fails(std::size_t index, Cause cause) {
    Query& query = take(index);
    query.owner->onFailure(query, cause, clock.now());
  }
  /// Whether the counters' law holds, with so many in flight.
  void expectInFlight(std::uint64_t count) const { EXPECT_EQ(counters.inFlight(), count); }

  void onRequest(Query& query, TimePoint /*now*/) override {
    waiting.push_back(&query);
    if (full) fails(waiting.size() - 1, Cause::kQueueFull);
  }
  void onAbandoned(Query& query) override { std::erase(waiting, &query); }

  UniqueFd client;
  ClientSettings settings;
  std::vector<Query*> waiting;
  bool full = false;   ///< the pool refuses every request
  bool ended = false;  ///< the session has

 private:
  Query& take(std::size_t index) {
    Query& query = *waiting.at(index);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    return query;
  }

  WaitingList waitingList_{timers_};
  ClientSession::Environment environment_{
      poller_,  timers_, writes_, clock,        counters,
      settings, *this,   ledger_, waitingList_, [this](ClientSession&) { ended = true; }};

 protected:
  std::unique_ptr<KeepAliveSession> session;  ///< last, since it works with all of the above
};

using Asked = std::vector<std::string>;

}  // namespace iotcpd::redirector
