#include "redirector/app/gathering.h"

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

TEST(Gathering, PassesAllOnInTheirPlacesOnceTheLastHasCome) {
  std::vector<int> all;
  Gathering<int> gathering(3, [&](std::vector<int> parts) { all = std::move(parts); });
  gathering.put(2, 30);
  gathering.put(0, 10);
  EXPECT_TRUE(all.empty());
  gathering.put(1, 20);
  EXPECT_EQ(all, (std::vector<int>{10, 20, 30}));
}

}  // namespace
}  // namespace iotcpd::redirector
