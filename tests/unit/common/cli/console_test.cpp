#include "common/cli/console.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

TEST(PrintAndExit, PrintsTheTextAsItIsOnStandardOutput) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = printAndExit("program", "a %s\nb\n");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "a %s\nb\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(code, kExitOk);
}

TEST(Complain, SaysWhoComplainsInOneLineOnStandardError) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = complain("program", "'100%d' is wrong", kExitConfig);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "program: '100%d' is wrong\n");
  EXPECT_EQ(code, kExitConfig);
}

}  // namespace
}  // namespace iotcpd
