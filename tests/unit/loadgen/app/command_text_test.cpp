#include "loadgen/app/command_text.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/app/given_words.h"

namespace iotcpd::loadgen {
namespace {

TEST(CommandText, CanBeGivenToAShellAgain) {
  EXPECT_EQ(commandText("run", given("run", {"-c", "5", "--assert", "p99 < 50ms", "-q", "h:1"})),
            "iotcpd-loadgen run --connections=5 '--assert=p99 < 50ms' --quiet h:1");
}

TEST(CommandText, KeepsAnOperandThatLooksLikeAnOptionApart) {
  EXPECT_EQ(commandText("report", given("report", {"--", "-x.json"})),
            "iotcpd-loadgen report -- -x.json");
}

TEST(CommandText, OfNothingIsTheCommand) {
  EXPECT_EQ(commandText("plan", given("plan", {})), "iotcpd-loadgen plan");
}

}  // namespace
}  // namespace iotcpd::loadgen
