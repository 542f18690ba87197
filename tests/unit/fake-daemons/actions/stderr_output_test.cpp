#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// `bytes` of lines of 100.
std::string lines(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 1; i <= bytes; ++i) text += i % 100 == 0 || i == bytes ? '\n' : 'e';
  return text;
}

TEST(StderrOutput, IsLinesOfAHundredBytesAndTheLastMayBeShorter) {
  for (const std::string size : {"1", "99", "100", "101", "250", "4096", "4097"}) {
    ActionUnderTest action("stderr(" + size + ")");
    EXPECT_EQ(action.advance().what, Wait::For::kNothing) << size;
    EXPECT_EQ(action.host.written, lines(std::stoul(size))) << size;
  }
}

TEST(StderrOutput, LeavesOthersTheirTurnWhereEverythingIsTakenAtOnce) {
  ActionUnderTest action("stderr(100000)");
  EXPECT_EQ(action.advance().what, Wait::For::kStderr);
  EXPECT_LT(action.host.written.size(), 100000U);
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
  EXPECT_EQ(action.host.written, lines(100000));
}

TEST(StderrOutput, WaitsUntilAFullPipeTakesBytesAgainAndLosesNone) {
  ActionUnderTest action("stderr(10000)");
  action.host.stderrTakes = 4321;
  EXPECT_EQ(action.advance().what, Wait::For::kStderr);
  EXPECT_EQ(action.host.written.size(), 4321U);
  EXPECT_EQ(action.advance().what, Wait::For::kStderr) << "still full";
  action.host.stderrTakes = 1;
  EXPECT_EQ(action.advance().what, Wait::For::kStderr);
  action.host.stderrTakes = 1'000'000;
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
  EXPECT_EQ(action.host.written, lines(10000));
}

TEST(StderrOutput, ALineThatEndsEarlierIsDueEarlier) {
  ActionUnderTest action("stderr(50, 100)");
  EXPECT_LE(action.advance().until, action.now + milliseconds(500) + Nanoseconds(10));
}

TEST(StderrOutput, WithARateEachLineHasItsTime) {
  ActionUnderTest action("stderr(1000, 1000)");
  const TimePoint begin = action.now;
  for (unsigned line = 1; line <= 10; ++line) {
    SCOPED_TRACE(::testing::Message() << "line " << line);
    const Wait wait = action.advance();
    ASSERT_EQ(wait.what, Wait::For::kTime);
    ASSERT_GE(wait.until, begin + line * milliseconds(100));
    ASSERT_LE(wait.until, begin + line * milliseconds(100) + Nanoseconds(10));
    ASSERT_EQ(action.host.written, lines(1000).substr(0, 100UL * (line - 1)));
    action.now = wait.until;
  }
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
  EXPECT_EQ(action.host.written, lines(1000));
}

TEST(StderrOutput, WhoComesLateWritesAllThatIsDue) {
  ActionUnderTest action("stderr(1000, 1000)");
  static_cast<void>(action.advance());
  action.now += milliseconds(555);
  EXPECT_EQ(action.advance().what, Wait::For::kTime);
  EXPECT_EQ(action.host.written.size(), 555U);
  action.now += seconds(10);
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
  EXPECT_EQ(action.host.written, lines(1000));
}

TEST(StderrOutput, NeverWaitsForATimeThatHasPassedAndAlwaysEnds) {
  for (const std::string rate : {"1B", "3B", "7B", "333B", "12345B", "1MiB", "1GiB"}) {
    ActionUnderTest action("stderr(1234, " + rate + ")");
    int turns = 0;
    for (Wait wait = action.advance(); wait.what != Wait::For::kNothing; wait = action.advance()) {
      ASSERT_EQ(wait.what, Wait::For::kTime) << rate;
      ASSERT_GT(wait.until, action.now) << rate;
      ASSERT_LT(++turns, 2000) << rate;
      action.now = wait.until;
    }
    EXPECT_EQ(action.host.written, lines(1234)) << rate;
  }
}

}  // namespace
}  // namespace iotcpd::fake
