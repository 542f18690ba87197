#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Sleep, WaitsOnceUntilItsTimeHasCome) {
  ActionUnderTest action("sleep(5ms)");
  const Wait wait = action.advance();
  EXPECT_EQ(wait.what, Wait::For::kTime);
  EXPECT_EQ(wait.until, action.now + milliseconds(5));
  action.now = wait.until + seconds(1);
  EXPECT_EQ(action.advance().what, Wait::For::kNothing) << "an absolute deadline, waited for once";
  EXPECT_TRUE(action.host.calls.empty());
}

TEST(Spin, UsesTheProcessorMeanwhile) {
  ActionUnderTest action("spin(5ms)");
  const Wait wait = action.advance();
  EXPECT_EQ(wait.what, Wait::For::kBusyTime);
  EXPECT_EQ(wait.until, action.now + milliseconds(5));
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
}

TEST(Sleep, DrawsFromTheStreamOfItsFault) {
  ActionUnderTest action("sleep(exp(5ms))");
  RandomStream same(1, "action");
  const Nanoseconds expected = Distribution::parse("exp(5ms)").sample(same);
  EXPECT_EQ(action.advance().until, action.now + expected);
  static_cast<void>(action.advance());
  EXPECT_EQ(action.random.next(), same.next()) << "one draw, however often it goes on";
}

TEST(Sleep, GrowsWithWhatIsOutstanding) {
  ActionUnderTest action("sleep(load(5ms, 2ms))");
  action.outstanding = 3;
  EXPECT_EQ(action.advance().until, action.now + milliseconds(11));
}

TEST(Hang, NeverGoesOn) {
  ActionUnderTest action("hang");
  EXPECT_EQ(action.advance().what, Wait::For::kNothingEver);
  EXPECT_EQ(action.advance().what, Wait::For::kNothingEver);
}

TEST(Hold, WaitsAtItsGateOnce) {
  ActionUnderTest action("hold(gate-1)");
  const Wait wait = action.advance();
  EXPECT_EQ(wait.what, Wait::For::kGate);
  EXPECT_EQ(wait.gate, "gate-1");
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
}

}  // namespace
}  // namespace iotcpd::fake
