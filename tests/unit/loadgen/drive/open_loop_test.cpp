#include "loadgen/drive/open_loop.h"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/drive/wire_fixture.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::milliseconds;

/// One request every millisecond; counts how often it is asked for the next one.
class CountedPlan final : public Plan {
 public:
  CountedPlan(int requests, int& asked) : requests_(requests), asked_(asked) {}

  bool next(PlannedRequest& request) override {
    ++asked_;
    if (given_ == requests_) return false;
    request.due = milliseconds(given_++);
    return true;
  }

 private:
  int requests_;
  int given_ = 0;
  int& asked_;
};

/// There are no connections: all that is due waits.
class OpenLoopTest : public WireFixture {
 protected:
  static constexpr int kRequests = 100'000;

  OpenLoopTest() { loop_.begin(start_); }

  /// Turns until the scout has come to what is due at `now`; asked how many requests at once.
  int mostAskedInATurn(TimePoint now) {
    int most = 0;
    for (int turn = 0; turn < kRequests; ++turn) {
      const int before = asked_;
      isOver_ = loop_.isScheduleOver(now);
      most = std::max(most, asked_ - before);
      if (isOver_ || loop_.nextDue() > now) return most;
    }
    ADD_FAILURE() << "the scout never arrives";
    return most;
  }

  ConnectionPool pool_{1};
  const TimePoint start_ = TimePoint() + std::chrono::hours(1);
  int asked_ = 0;
  bool isOver_ = false;
  OpenLoop loop_{wire_, std::make_unique<CountedPlan>(kRequests, asked_),
                 std::make_unique<CountedPlan>(kRequests, asked_), pool_};
};

TEST_F(OpenLoopTest, TheEndIsFoundBehindABacklog) {
  const TimePoint last = start_ + milliseconds(kRequests - 1);
  mostAskedInATurn(last - milliseconds(1));
  EXPECT_FALSE(isOver_);
  mostAskedInATurn(last);
  EXPECT_TRUE(isOver_);
  EXPECT_FALSE(loop_.hasEnded(last));
}

TEST_F(OpenLoopTest, ALongWayIsGoneInManyTurns) {
  EXPECT_LE(mostAskedInATurn(start_ + milliseconds(kRequests)), 100);
  EXPECT_GE(asked_, kRequests);
}

TEST_F(OpenLoopTest, NothingIsToBeDoneWithoutRoomWhenTheScoutHasArrived) {
  mostAskedInATurn(start_ + milliseconds(1));
  EXPECT_EQ(loop_.nextDue(), TimePoint::max());
}

}  // namespace
}  // namespace iotcpd::loadgen
