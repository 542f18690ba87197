#include "fake-daemons/grammar/signal_names.h"

#include <csignal>

#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

TEST(SignalNumber, TakesTheNameWithAndWithoutItsPrefix) {
  EXPECT_EQ(signalNumber("TERM"), SIGTERM);
  EXPECT_EQ(signalNumber("SIGTERM"), SIGTERM);
  EXPECT_EQ(signalNumber("USR1"), SIGUSR1);
}

TEST(SignalNumber, KnowsNothingElse) {
  for (const std::string_view wrong :
       {"", "SIG", "term", "SIGSIGTERM", "15", "TERMINATE", "EXIT"}) {
    EXPECT_EQ(signalNumber(wrong), std::nullopt) << wrong;
  }
}

TEST(SignalName, IsWhatSignalNumberReadsForEverySignal) {
  EXPECT_EQ(signalName(SIGSEGV), "SEGV");
  for (int number = 1; number < 32; ++number) {
    EXPECT_EQ(signalNumber(signalName(number)), number);
  }
}

}  // namespace
}  // namespace iotcpd::fake
