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
  for (const std::string size : {"1", "99", "100", "101", "250", "4096", "4097", "100000"}) {
    ActionUnderTest action("stderr(" + size + ")");
    EXPECT_EQ(action.advance().what, Wait::For::kNothing) << size;
    EXPECT_EQ(action.host.written, lines(std::stoul(size))) << size;
  }
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

}  // namespace
}  // namespace iotcpd::fake
