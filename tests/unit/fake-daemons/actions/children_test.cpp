#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

TEST(LingerChild, StaysInTheSessionUnlessItIsToHaveItsOwn) {
  EXPECT_EQ(requestsOf("linger-child(5s)"), List{"child 5s shared"});
  EXPECT_EQ(requestsOf("linger-child(5s, session)"), List{"child 5s own"});
}

}  // namespace
}  // namespace iotcpd::fake
