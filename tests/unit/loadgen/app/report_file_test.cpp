#include "loadgen/app/report_file.h"

#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "common/os/text_file.h"
#include "loadgen/app/failure.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kPlenty = 1'000'000;

/// "74 cannot write …"
template <typename Call>
std::string failureOf(Call call) {
  try {
    call();
  } catch (const Failure& e) {
    return std::to_string(e.exitCode()) + ' ' + e.what();
  }
  return "";
}

TEST(ReportFile, ReplacesWhatWasThereWhenItIsWritten) {
  const TemporaryFile file("an older and longer report");
  ReportFile report(file.path());
  EXPECT_EQ(readTextFile(file.path(), kPlenty), "an older and longer report");
  report.write("new");
  EXPECT_EQ(readTextFile(file.path(), kPlenty), "new");
}

TEST(ReportFile, LeavesTheOldReportWhenNothingIsWritten) {
  const TemporaryFile file("old");
  { const ReportFile report(file.path()); }
  EXPECT_EQ(readTextFile(file.path(), kPlenty), "old");
}

TEST(ReportFile, LendsItsDescriptorToAWriter) {
  const TemporaryFile file("old");
  ReportFile report(file.path());
  const int fd = report.begin();
  ASSERT_EQ(::write(fd, "ab", 2), 2);
  report.close();
  EXPECT_EQ(readTextFile(file.path(), kPlenty), "ab");
}

TEST(ReportFile, TellsBeforeTheWorkThatAFileCannotBeMade) {
  EXPECT_EQ(failureOf([] { const ReportFile report("/nowhere/at\nall"); }),
            "74 cannot write '/nowhere/at\\x0aall': No such file or directory");
  EXPECT_EQ(failureOf([] { const ReportFile report("/tmp"); }),
            "74 cannot write '/tmp': Is a directory");
}

TEST(ReportFile, TellsThatADiskIsFull) {
  ReportFile report("/dev/full");
  EXPECT_EQ(failureOf([&] { report.write("x"); }),
            "74 cannot write '/dev/full': No space left on device");
}

}  // namespace
}  // namespace iotcpd::loadgen
