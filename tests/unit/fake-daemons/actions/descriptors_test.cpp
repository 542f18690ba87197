#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

TEST(Descriptors, AreClosedOrLeftUnread) {
  EXPECT_EQ(requestsOf("close-stdin"), List{"close stdin"});
  EXPECT_EQ(requestsOf("close-stdout"), List{"close stdout"});
  EXPECT_EQ(requestsOf("stop-reading"), List{"stop reading"});
}

}  // namespace
}  // namespace iotcpd::fake
