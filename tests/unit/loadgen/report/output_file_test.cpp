#include "loadgen/report/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

TEST(OutputFile, ReplacesWhatWasThereAndAppends) {
  const TemporaryFile temporary("something longer than that");
  OutputFile file(temporary.path());
  file.append("one\n");
  file.append("two\n");
  EXPECT_EQ(file.close(), "");
  EXPECT_EQ(file.close(), "");
  EXPECT_EQ(contentOf(temporary.path()), "one\ntwo\n");
}

TEST(OutputFile, LeavesWhatWasThereWhenNothingIsWritten) {
  const TemporaryFile temporary("something");
  OutputFile file(temporary.path());
  EXPECT_EQ(file.close(), "");
  EXPECT_EQ(contentOf(temporary.path()), "something");
}

TEST(OutputFile, AFullDiskIsRememberedAndToldOnce) {
  OutputFile file("/dev/full");
  file.append("one\n");
  file.append("two\n");
  EXPECT_EQ(file.close(), "cannot write '/dev/full': No space left on device");
  EXPECT_EQ(writeReportFile("/dev/full", "text"),
            "cannot write '/dev/full': No space left on device");
}

TEST(OutputFile, ThatCannotBeCreatedIsToldAtOnce) {
  try {
    OutputFile file("/nowhere/\n/x.csv");
    FAIL();
  } catch (const OutputFileError& error) {
    EXPECT_STREQ(error.what(), "cannot write '/nowhere/\\x0a/x.csv': No such file or directory");
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
