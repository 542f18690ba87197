#include <csignal>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

TEST(Ignore, NamesItsSignal) {
  EXPECT_EQ(requestsOf("ignore(TERM)"), List{fmt::format("ignore {}", SIGTERM)});
}

}  // namespace
}  // namespace iotcpd::fake
