#include "loadgen/result/daemons_report.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

TEST(DaemonsReport, NothingIsSaidOfDaemonsThatHaveAllStayed) {
  EXPECT_EQ(lossText({.command = "cat", .count = 8, .started = 8, .lastEnd = {}}), "");
}

TEST(DaemonsReport, TellsHowManyWereLostAndHow) {
  EXPECT_EQ(lossText({.command = "cat", .ended = 3, .lastEnd = 1}),
            "daemons lost in the run: 3 ended by themselves (the last: exit 1)");
  EXPECT_EQ(lossText({.command = "cat", .killed = 2, .lastEnd = {}}),
            "daemons lost in the run: 2 were killed, being late or out of step");
  EXPECT_EQ(lossText({.command = "cat", .ended = 3, .killed = 2, .lastEnd = -11}),
            "daemons lost in the run: 3 ended by themselves (the last: signal 11), "
            "2 were killed, being late or out of step");
}

TEST(DaemonsReport, AnEndIsACodeOrASignal) {
  EXPECT_EQ(exitText(0), "exit 0");
  EXPECT_EQ(exitText(64), "exit 64");
  EXPECT_EQ(exitText(-9), "signal 9");
}

}  // namespace
}  // namespace iotcpd::loadgen
