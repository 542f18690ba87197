#include "tests/bench/line_server/service_queue.h"

#include <gtest/gtest.h>

namespace yardstick {
namespace {

using iotcpd::Distribution;
using iotcpd::Nanoseconds;
using iotcpd::TimePoint;
using namespace std::chrono_literals;

constexpr TimePoint kStart{1h};

TEST(ServiceQueue, AnIdleServerBeginsUponArrival) {
  ServiceQueue queue(Distribution(2ms), 1);
  EXPECT_EQ(queue.nextDue(), std::nullopt);
  EXPECT_EQ(queue.join(1, kStart, "a"), Nanoseconds(2ms));
  EXPECT_EQ(queue.nextDue(), kStart + 2ms);
}

TEST(ServiceQueue, WhoComesMeanwhileWaitsForThoseBefore) {
  ServiceQueue queue(Distribution(2ms), 1);
  (void)queue.join(1, kStart, "a");
  (void)queue.join(2, kStart + 1ms, "b");
  (void)queue.join(1, kStart + 1ms, "c");
  EXPECT_EQ(queue.finish().reply, "a");
  EXPECT_EQ(queue.nextDue(), kStart + 4ms);
  EXPECT_EQ(queue.finish().connection, 2U);
  EXPECT_EQ(queue.nextDue(), kStart + 6ms);
}

TEST(ServiceQueue, ALateWakeUpDelaysNobodyBehind) {
  ServiceQueue queue(Distribution(2ms), 1);
  (void)queue.join(1, kStart, "a");
  (void)queue.join(2, kStart, "b");
  // The first was due at 2 ms; however late it is taken, the second is due at 4 ms.
  (void)queue.finish();
  EXPECT_EQ(queue.nextDue(), kStart + 4ms);
}

TEST(ServiceQueue, AServerThatWasIdleDoesNotServeInThePast) {
  ServiceQueue queue(Distribution(2ms), 1);
  (void)queue.join(1, kStart, "a");
  (void)queue.finish();
  (void)queue.join(1, kStart + 10ms, "b");
  EXPECT_EQ(queue.nextDue(), kStart + 12ms);
}

TEST(ServiceQueue, TheSameSeedServesForTheSameTimes) {
  const auto draw = [](std::uint64_t seed) {
    ServiceQueue queue(Distribution::parse("exp(2ms)"), seed);
    Nanoseconds total{};
    for (int i = 0; i < 10; ++i) total += queue.join(1, kStart, {});
    return total;
  };
  EXPECT_EQ(draw(7), draw(7));
  EXPECT_NE(draw(7), draw(8));
}

TEST(ServiceQueue, IsFullAtItsLimitAndNotBefore) {
  ServiceQueue queue(Distribution{}, 1);
  for (std::size_t i = 0; i + 1 < ServiceQueue::kMostJobs; ++i) (void)queue.join(1, kStart, {});
  EXPECT_FALSE(queue.isFull());
  (void)queue.join(1, kStart, {});
  EXPECT_TRUE(queue.isFull());
  (void)queue.finish();
  EXPECT_FALSE(queue.isFull());
}

}  // namespace
}  // namespace yardstick
