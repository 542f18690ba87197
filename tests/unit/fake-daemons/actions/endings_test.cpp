#include <csignal>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/recording_host.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

TEST(Exit, EndsTheProcessWithItsCode) {
  EXPECT_EQ(requestsOf("exit(0)"), List{"exit 0"});
  EXPECT_EQ(requestsOf("exit(255)", "before-reply"), List{"exit 255"});
}

TEST(Kill, EndsTheProcessByItsSignal) {
  EXPECT_EQ(requestsOf("kill(SEGV)"), List{fmt::format("signal {}", SIGSEGV)});
  EXPECT_EQ(requestsOf("kill(KILL)"), List{fmt::format("signal {}", SIGKILL)});
}

TEST(Abort, EndsTheProcessBySigabrt) {
  EXPECT_EQ(requestsOf("abort"), List{fmt::format("signal {}", SIGABRT)});
}

}  // namespace
}  // namespace iotcpd::fake
