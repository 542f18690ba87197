#include "loadgen/drive/self_monitor.h"

#include <ctime>

#include <gtest/gtest.h>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

/// What it says of a time of `length` in which 20 ms of a processor were used.
double cpuShareOver(Nanoseconds length) {
  SelfMonitor monitor;
  const TimePoint start = steadyNow();
  monitor.begin(start);
  const std::clock_t used = std::clock();
  while (std::clock() - used < CLOCKS_PER_SEC / 50) {
  }
  SelfCheck check;
  monitor.end(start + length, check);
  return check.cpuShare;
}

TEST(SelfMonitor, TellsItsProcessorShareOfATimeThatIsLongEnough) {
  EXPECT_GE(cpuShareOver(std::chrono::milliseconds(200)), 0.09);
  EXPECT_EQ(cpuShareOver(std::chrono::milliseconds(199)), 0);
}

}  // namespace
}  // namespace iotcpd::loadgen
