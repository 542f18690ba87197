#include "loadgen/plan/plan_file_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kFile =
    "iotcpd-plan 1\n"
    "# 1000/s for 2ms\n"
    "# seed 7\n"
    "0 ordinary http://example.com/1\n"
    "0 rst tk_00000000000000ff\n"
    "1000000 half-close \\xc3\\xa9\n"
    "end 3\n";

std::string errorOf(std::string_view content) {
  const TemporaryFile file(content);
  std::string error = planErrorOf([&] { const PlanFileReader reader(file.path()); });
  if (error.empty()) return "";
  const std::string named = "plan file '" + file.path() + "' ";
  return error.starts_with(named) ? error.substr(named.size()) : "not named: " + error;
}

TEST(PlanFileReader, SaysWhatTheFileSays) {
  const TemporaryFile file(kFile);
  PlanFileReader reader(file.path());
  PlannedRequest request;
  ASSERT_TRUE(reader.next(request));
  EXPECT_EQ(request.line, "http://example.com/1\n");
  EXPECT_EQ(request.due, Nanoseconds(0));
  EXPECT_FALSE(request.hasToken);
  ASSERT_TRUE(reader.next(request));
  EXPECT_EQ(request.behaviour, Behaviour::kRst);
  EXPECT_TRUE(request.hasToken);
  EXPECT_EQ(request.token, 0xffU);
  ASSERT_TRUE(reader.next(request));
  EXPECT_EQ(request.line, "é\n");
  EXPECT_EQ(request.due, std::chrono::milliseconds(1));
  EXPECT_FALSE(request.hasToken);
  EXPECT_FALSE(reader.next(request));
  EXPECT_FALSE(reader.next(request));
}

TEST(PlanFileReader, APlanMayBeEmpty) {
  const TemporaryFile file("iotcpd-plan 1\nend 0\n");
  PlanFileReader reader(file.path());
  PlannedRequest request;
  EXPECT_FALSE(reader.next(request));
}

TEST(PlanFileReader, WhateverIsCutOffItsEndIsMissed) {
  for (std::size_t size = 0; size < kFile.size(); ++size) {
    ASSERT_NE(errorOf(kFile.substr(0, size)), "") << "first " << size;
  }
  EXPECT_EQ(errorOf(kFile), "");
  EXPECT_EQ(errorOf("iotcpd-plan 1\n0 ordinary a\n"), "is cut short: 'end COUNT' is missing");
  EXPECT_EQ(errorOf("iotcpd-plan 1\nend 0"),
            "line 2: expected 0 and a newline, so many requests are above at column 5: end <-- "
            "HERE 0");
}

TEST(PlanFileReader, AFileThatIsWrongIsRefusedBeforeAnythingIsHandedOut) {
  EXPECT_EQ(errorOf(""), "is none: its first line is expected to be 'iotcpd-plan 1'");
  EXPECT_EQ(errorOf("iotcpd-plan 2\nend 0\n"),
            "is none: its first line is expected to be 'iotcpd-plan 1'");
  EXPECT_EQ(errorOf("iotcpd-plan 1\n0 ordinary a\n0 angry b\nend 2\n"),
            "line 3: expected ordinary, or a kind of misbehaviour such as half-close at column 3: "
            "0 <-- HERE angry b");
  EXPECT_EQ(errorOf("iotcpd-plan 1\n5 ordinary a\n4 ordinary b\nend 2\n"),
            "line 3: it is due before the line above");
  EXPECT_EQ(errorOf("iotcpd-plan 1\n5 ordinary a\nend 2\n"),
            "line 3: expected 1 and a newline, so many requests are above at column 5: end <-- "
            "HERE 2");
  EXPECT_EQ(errorOf("iotcpd-plan 1\nend 0\n# more\n"), "line 3: nothing may follow 'end'");
  EXPECT_EQ(errorOf("iotcpd-plan 1\nend 0 x\n").substr(0, 18), "line 2: expected 0");
  EXPECT_EQ(errorOf("iotcpd-plan 1\nended\n").substr(0, 26), "line 2: expected one blank");
}

TEST(PlanFileReader, CommentsStandBeforeTheRequestsOnly) {
  EXPECT_EQ(errorOf("iotcpd-plan 1\n0 ordinary a\n# note\nend 1\n").substr(0, 32),
            "line 3: expected a whole number ");
}

TEST(PlanFileReader, AFileThatChangesMeanwhileIsRefusedWhenItShows) {
  std::string content = "iotcpd-plan 1\n";
  for (int i = 0; i < 20'000; ++i) content += "0 ordinary a\n";
  const TemporaryFile file(content + "end 20000\n");
  PlanFileReader reader(file.path());
  std::ofstream(file.path()) << content;
  EXPECT_EQ(planErrorOf([&] {
              for (PlannedRequest request; reader.next(request);) continue;
            }),
            "plan file '" + file.path() + "' is cut short: 'end COUNT' is missing");
}

TEST(PlanFileReader, APipeCannotBeReadTwice) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], kFile.data(), kFile.size()), static_cast<ssize_t>(kFile.size()));
  ::close(ends[1]);
  const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
  EXPECT_EQ(planErrorOf([&] { const PlanFileReader reader(path); }),
            "plan file '" + path + "' cannot be read twice: a file is expected, not a pipe");
  ::close(ends[0]);
}

}  // namespace
}  // namespace iotcpd::loadgen
