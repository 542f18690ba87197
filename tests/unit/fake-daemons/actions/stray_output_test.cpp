#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/text/quantity.h"
#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

TEST(ExtraLine, AtBeforeReplyIsInTheReplysOwnWrite) {
  ActionUnderTest action("extra-line(stray)");
  EXPECT_EQ(action.appliedTo("reply\n"), "reply\nstray\n");
  EXPECT_TRUE(action.host.calls.empty());
}

TEST(ExtraLine, ElsewhereIsAWriteOfItsOwn) {
  ActionUnderTest idle("extra-line(stray)", "idle");
  idle.hasReply = false;
  EXPECT_EQ(idle.advance().what, Wait::For::kNothing);
  EXPECT_EQ(idle.host.calls, List{R"(stray "stray\x0a")"});
  ActionUnderTest afterRead("extra-line(stray)", "after-read");
  EXPECT_EQ(afterRead.appliedTo(""), "") << "there is no reply yet";
  EXPECT_EQ(afterRead.host.calls, List{R"(stray "stray\x0a")"});
}

TEST(ExtraLine, MayBeAnEmptyLine) {
  ActionUnderTest action("extra-line(\"\")");
  EXPECT_EQ(action.appliedTo("reply\n"), "reply\n\n");
}

TEST(Late, IsWrittenAfterATimeDrawnFromItsFault) {
  ActionUnderTest action("late(stray, exp(5ms))");
  RandomStream same(1, "action");
  const Nanoseconds delay = Distribution::parse("exp(5ms)").sample(same);
  EXPECT_EQ(action.appliedTo("reply\n"), "reply\n") << "the reply is not held up";
  EXPECT_EQ(action.host.calls, List{R"(stray "stray\x0a" after )" + formatDuration(delay)});
}

TEST(Late, GrowsWithWhatIsOutstanding) {
  ActionUnderTest action("late(stray, load(1ms, 1ms))");
  action.outstanding = 4;
  static_cast<void>(action.advance());
  EXPECT_EQ(action.host.calls, List{R"(stray "stray\x0a" after 5ms)"});
}

TEST(Chatter, SaysItsInterval) {
  ActionUnderTest action("chatter(250ms)", "idle");
  EXPECT_EQ(action.advance().what, Wait::For::kNothing);
  EXPECT_EQ(action.host.calls, List{"chatter 250ms"});
}

}  // namespace
}  // namespace iotcpd::fake
