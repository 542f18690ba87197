#include "common/cli/reference.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/cli/exit_codes.h"
#include "tests/unit/common/cli/sample_commands.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

struct Printed {
  int code;
  std::string output;
  std::string complaint;
};

Printed run(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = printReference(kSampleTable, static_cast<int>(argv.size()), argv.data());
  std::string output = ::testing::internal::GetCapturedStdout();
  return {code, std::move(output), ::testing::internal::GetCapturedStderr()};
}

TEST(PrintReference, PrintsWhatIsMadeOfTheTable) {
  EXPECT_EQ(run({"reference", "completion"}).output, bashCompletion(kSampleTable));
  EXPECT_EQ(run({"reference", "manual-options"}).output, manualOptions(kSampleTable));
  EXPECT_EQ(run({"reference", "completion"}).code, kExitOk);
}

TEST(PrintReference, PrintsTheSameOfAProgramWithCommands) {
  std::string words[] = {"reference", "completion"};
  char* argv[] = {words[0].data(), words[1].data()};
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(printReference(kSampleCommands, 2, argv), kExitOk);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), bashCompletion(kSampleCommands));
}

TEST(PrintReference, AcceptsNothingElse) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"reference"},
                                                {"reference", "manual"},
                                                {"reference", "completion", "completion"}}) {
    const Printed printed = run(words);
    EXPECT_EQ(printed.code, kExitUsage);
    EXPECT_EQ(printed.output, "");
    EXPECT_EQ(printed.complaint,
              "sample-program-reference: accepts completion or manual-options\n");
  }
}

}  // namespace
}  // namespace iotcpd
