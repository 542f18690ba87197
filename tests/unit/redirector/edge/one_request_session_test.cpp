// What a session hears, and the times that its query bears when the loop was held up: handlers are
// given the time at which their pass began. How a session talks to its client is for the end-to-end
// tests.
#include "redirector/edge/one_request_session.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "redirector/edge/waiting_list.h"
#include "tests/unit/redirector/edge/loop_fixture.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A session and its client.
class OneRequestSessionTest : public LoopFixture, public RequestSink {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    client_ = UniqueFd(ends[0]);
    settings_.maxRequestBytes = 4096;
    settings_.clientTimeout = seconds(10);
    session_ = std::make_unique<OneRequestSession>(environment_, UniqueFd(ends[1]), std::nullopt);
  }
  void sends(const std::string& text) {
    ASSERT_EQ(::write(client_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// The time at which the pass began that has been held up by now.
  TimePoint heldUpFor(Nanoseconds time) {
    const TimePoint began = clock.now();
    clock.advance(time);
    return began;
  }

  void onRequest(Query& query, TimePoint now) override {
    query_ = &query;
    requestedAt_ = now;
  }
  void onAbandoned(Query&) override {}

  UniqueFd client_;
  ClientSettings settings_;
  WaitingList waiting_{timers_};
  Query* query_ = nullptr;
  TimePoint requestedAt_{};
  ClientSession::Environment environment_{
      poller_,   timers_, writes_, clock,    counters,
      settings_, *this,   ledger_, waiting_, [](ClientSession&) {}};
  std::unique_ptr<OneRequestSession> session_;
};

TEST_F(OneRequestSessionTest, ARequestWaitsFromWhenItWasRead) {
  sends("on");
  session_->begin(clock.now());
  sends("e\n");
  poller_.dispatch(heldUpFor(seconds(1)));
  EXPECT_EQ(requestedAt_, clock.now());
}

TEST_F(OneRequestSessionTest, AReplyIsDatedWhenTheKernelHasIt) {
  sends("one\n");
  session_->begin(clock.now());
  query_->owner->onReply(*query_, "ONE\n", heldUpFor(milliseconds(300)));
  EXPECT_EQ(counters.buckets()[2], 1U) << "250 to 500 ms";
}

TEST_F(OneRequestSessionTest, EachPieceOfARequestIsHeard) {
  session_->begin(clock.now());
  for (const char* const piece : {"o", "n", "e", "\n"}) {
    EXPECT_EQ(query_, nullptr);
    sends(piece);
    poller_.dispatch(clock.now());
  }
  ASSERT_NE(query_, nullptr);
  EXPECT_EQ(query_->request, "one\n");
}

TEST_F(OneRequestSessionTest, WhatFollowsARequestDoesNotWakeTheLoop) {
  session_->begin(clock.now());
  sends("one\n");
  poller_.dispatch(clock.now());
  ASSERT_NE(query_, nullptr);
  sends("two\n");
  client_.reset();
  pollfd poller{poller_.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&poller, 1, 0), 0);
}

}  // namespace
}  // namespace iotcpd::redirector
