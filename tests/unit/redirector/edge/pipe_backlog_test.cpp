#include "redirector/edge/pipe_backlog.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

TEST(PipeBacklog, IsWhatHasNotBeenTakenInItsOrder) {
  PipeBacklog backlog;
  EXPECT_TRUE(backlog.empty());
  backlog.add("abc");
  backlog.add("def");
  EXPECT_EQ(backlog.rest(), "abcdef");
  backlog.taken(4);
  EXPECT_EQ(backlog.rest(), "ef");
  backlog.add("g");
  EXPECT_EQ(backlog.rest(), "efg");
  backlog.taken(3);
  EXPECT_TRUE(backlog.empty());
  EXPECT_EQ(backlog.heldBytes(), 0U);
}

/// A daemon that is always a little behind.
TEST(PipeBacklog, DoesNotGrowWithWhatWasTakenThoughItIsNeverEmpty) {
  PipeBacklog backlog;
  std::size_t added = 0;
  std::size_t taken = 0;
  backlog.add(std::string(100, 'x'));
  for (int round = 0; round < 10'000; ++round) {
    std::string request(10, static_cast<char>('0' + round % 10));
    backlog.add(request);
    added += 10;
    backlog.taken(10);
    taken += 10;
    ASSERT_LE(backlog.heldBytes(), 2U * 110);
  }
  ASSERT_EQ(backlog.rest().size(), 100 + added - taken);
  EXPECT_EQ(backlog.rest().substr(0, 20), "00000000001111111111");
}

}  // namespace
}  // namespace iotcpd::redirector
