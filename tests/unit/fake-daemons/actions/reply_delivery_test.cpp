#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;

TEST(Drop, LeavesTheReplyUnwritten) {
  for (const std::string_view point : {"after-read", "before-reply"}) {
    ActionUnderTest action("drop", point);
    static_cast<void>(action.appliedTo("reply\n"));
    EXPECT_TRUE(action.reply.dropped) << point;
  }
}

TEST(Dribble, SaysThePiecesAndTheTimeBetweenThem) {
  ActionUnderTest action("dribble(8, 5ms)");
  EXPECT_EQ(action.appliedTo("reply\n"), "reply\n");
  EXPECT_EQ(action.reply.dribbleBytes, 8U);
  EXPECT_EQ(action.reply.dribbleInterval, milliseconds(5));
  EXPECT_FALSE(action.reply.dropped);
}

}  // namespace
}  // namespace iotcpd::fake
