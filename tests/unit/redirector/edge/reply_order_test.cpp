#include "redirector/edge/reply_order.h"

#include <array>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

TEST(ReplyOrder, IsEmptyAtFirst) {
  const ReplyOrder order;
  EXPECT_EQ(order.oldest(), nullptr);
  EXPECT_EQ(order.turn(), nullptr);
  EXPECT_EQ(order.size(), 0U);
}

TEST(ReplyOrder, TheTurnPassesFromTheOldestToTheNewestAndThenToWhoComesNext) {
  std::array<Query, 3> queries;
  ReplyOrder order;
  order.add(queries[0]);
  order.add(queries[1]);
  EXPECT_EQ(order.turn(), &queries[0]);
  order.passTurn();
  EXPECT_EQ(order.turn(), &queries[1]);
  order.passTurn();
  EXPECT_EQ(order.turn(), nullptr);
  order.add(queries[2]);
  EXPECT_EQ(order.turn(), &queries[2]);
  EXPECT_EQ(order.oldest(), &queries[0]);
  EXPECT_EQ(order.size(), 3U);
}

TEST(ReplyOrder, TheOldestGoFirstAndTakeTheTurnAlongIfItIsTheirs) {
  std::array<Query, 2> queries;
  ReplyOrder order;
  order.add(queries[0]);
  order.add(queries[1]);
  EXPECT_EQ(&order.removeOldest(), &queries[0]);
  EXPECT_EQ(order.turn(), &queries[1]);
  order.passTurn();
  EXPECT_EQ(&order.removeOldest(), &queries[1]);
  EXPECT_EQ(order.oldest(), nullptr);
  EXPECT_EQ(order.size(), 0U);
}

TEST(ReplyOrder, OneThatWasEmptiedCanBeUsedAgain) {
  std::array<Query, 2> queries;
  ReplyOrder order;
  order.add(queries[0]);
  order.add(queries[1]);
  order.removeOldest();
  order.removeOldest();
  order.add(queries[1]);
  EXPECT_EQ(order.oldest(), &queries[1]);
  EXPECT_EQ(order.turn(), &queries[1]);
  order.add(queries[0]);
  EXPECT_EQ(queries[1].after, &queries[0]);
  EXPECT_EQ(queries[0].after, nullptr) << "what it followed in its first life is forgotten";
}

}  // namespace
}  // namespace iotcpd::redirector
