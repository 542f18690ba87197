#include "loadgen/app/application.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/cli/exit_codes.h"
#include "common/os/text_file.h"
#include "common/version.h"
#include "loadgen/app/options.h"
#include "tests/unit/loadgen/app/printed.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kPlenty = 1'000'000;

TEST(Application, WithoutArgumentsPrintsTheHelp) {
  const Printed printed = printedBy({});
  EXPECT_EQ(printed.code, kExitOk);
  EXPECT_EQ(printed.output, helpText(commandTable()));
  EXPECT_EQ(printed.complaint, "");
}

TEST(Application, PrintsTheHelpOfEachCommand) {
  for (const CommandSpec& command : commandTable().commands) {
    const Printed printed = printedBy({std::string(command.name), "--help"});
    EXPECT_EQ(printed.code, kExitOk);
    EXPECT_EQ(printed.output, helpText(command.table));
  }
}

TEST(Application, PrintsItsVersion) {
  EXPECT_EQ(printedBy({"--version"}).output, "iotcpd-loadgen " + std::string(kVersion) + "\n");
}

TEST(Application, SaysInOneLineWhatIsWrongWithACommandLine) {
  const Printed printed = printedBy({"127.0.0.1:9991"});
  EXPECT_EQ(printed.code, kExitUsage);
  EXPECT_EQ(printed.output, "");
  EXPECT_EQ(printed.complaint,
            "iotcpd-loadgen: '127.0.0.1:9991' is no command; did you mean: iotcpd-loadgen run "
            "127.0.0.1:9991\n");
  EXPECT_EQ(printedBy({"run"}).code, kExitUsage);
}

TEST(Application, EveryCommandIsCarriedOut) {
  // Without what each needs, they all come as far as saying so.
  for (const CommandSpec& command : commandTable().commands) {
    EXPECT_EQ(printedBy({std::string(command.name)}).code, kExitUsage) << command.name;
  }
}

TEST(Application, AFileThatCannotBeReadIsToldBeforeAnythingIsDone) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plan", "--rate=1/s", "--requests-file=/nowhere"},
        {"report", "/nowhere"},
        {"merge", "/nowhere", "/nowhere"},
        {"compare", "/nowhere", "/nowhere"}}) {
    const Printed printed = printedBy(words);
    EXPECT_EQ(printed.code, kExitNoInput) << words[0];
    EXPECT_THAT(printed.complaint, HasSubstr("/nowhere")) << words[0];
    EXPECT_EQ(printed.output, "") << words[0];
  }
}

// -- plan --------------------------------------------------------------------------------------

TEST(PlanCommand, WritesTheScheduleAndHowItWasMade) {
  const Printed printed =
      printedBy({"plan", "--rate=1000/s", "--requests=2", "--request=r{seq}", "--seed=7"});
  EXPECT_EQ(printed.code, kExitOk) << printed.complaint;
  EXPECT_THAT(printed.output, StartsWith("iotcpd-plan 1\n# "));
  EXPECT_THAT(printed.output, HasSubstr("plan --rate=1000/s --requests=2 "));
  EXPECT_THAT(printed.output, HasSubstr("seed 7\n"));
  EXPECT_THAT(printed.output, EndsWith("\n0 ordinary r1\n1000000 ordinary r2\nend 2\n"));
}

TEST(PlanCommand, TheSameSeedWritesTheSameRequests) {
  const auto plan = [](const std::string& seed) {
    const std::string output = printedBy({"plan", "--rate=100/s", "--arrivals=poisson",
                                          "--requests=50", "--request={uuid}", "--seed=" + seed})
                                   .output;
    return output.substr(output.find("\n0") + 1);
  };
  EXPECT_EQ(plan("7"), plan("7"));
  EXPECT_NE(plan("7"), plan("8"));
}

TEST(PlanCommand, ReplacesItsOutputOnlyWhenThePlanCanBeMade) {
  const TemporaryFile file("old");
  EXPECT_EQ(printedBy({"plan", "--rate=1/s", "--requests-file=/nowhere", "-o", file.path()}).code,
            kExitNoInput);
  EXPECT_EQ(readTextFile(file.path(), kPlenty), "old");
  EXPECT_EQ(printedBy({"plan", "--rate=1/s", "--requests=1", "-o", file.path()}).code, kExitOk);
  EXPECT_THAT(readTextFile(file.path(), kPlenty), EndsWith("end 1\n"));
}

TEST(PlanCommand, TellsThatThereIsNoSpace) {
  const Printed printed = printedBy({"plan", "--rate=1/s", "--requests=1", "-o", "/dev/full"});
  EXPECT_EQ(printed.code, kExitIo);
  EXPECT_THAT(printed.complaint, HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace iotcpd::loadgen
