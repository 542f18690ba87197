#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/cli/option_table.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

/// The branch of the script's case for one option, from its label to the return.
std::string branchOf(const std::string& script, std::string_view label) {
  const std::size_t start = script.find("    " + std::string(label) + ")\n");
  if (start == std::string::npos) return "(none)";
  const std::size_t body = script.find('\n', start) + 1;
  return script.substr(body, script.find("      return\n", body) - body);
}

TEST(BashCompletion, RegistersAFunctionNamedAfterTheProgram) {
  const std::string script = bashCompletion(kSampleTable);
  EXPECT_NE(script.find("\n_sample_program() {\n"), std::string::npos);
  EXPECT_TRUE(script.ends_with("\ncomplete -o default -F _sample_program sample-program\n"));
}

TEST(BashCompletion, OffersEveryLongName) {
  const std::string script = bashCompletion(kSampleTable);
  EXPECT_NE(script.find("compgen -W '--daemon --daemons-max --delay --allow --format --config "
                        "--an-option-with-quite-a-long-name --verbose --help' --"),
            std::string::npos);
}

TEST(BashCompletion, CompletesValuesByTheirPlaceholder) {
  const std::string script = bashCompletion(kSampleTable);
  EXPECT_EQ(branchOf(script, "-d | --daemon"),
            "      mapfile -t COMPREPLY < <(compgen -c -- \"$current\")\n");
  EXPECT_EQ(branchOf(script, "-c | --config"), "") << "left to the default, which is files";
  EXPECT_EQ(branchOf(script, "--an-option-with-quite-a-long-name"),
            "      compopt -o filenames\n"
            "      mapfile -t COMPREPLY < <(compgen -d -- \"$current\")\n");
}

TEST(BashCompletion, OffersTheWordsOfAChoice) {
  EXPECT_EQ(branchOf(bashCompletion(kSampleTable), "--format"),
            "      compopt +o default\n"
            "      mapfile -t COMPREPLY < <(compgen -W 'text json csv' -- \"$current\")\n");
}

TEST(BashCompletion, OffersNothingWhereNothingIsKnown) {
  EXPECT_EQ(branchOf(bashCompletion(kSampleTable), "--delay"), "      compopt +o default\n");
  EXPECT_EQ(branchOf(bashCompletion(kSampleTable), "-n | --daemons-max"),
            "      compopt +o default\n");
}

TEST(BashCompletion, HasNoBranchForFlagsAndNoCaseWithoutValues) {
  EXPECT_EQ(branchOf(bashCompletion(kSampleTable), "-h | --help"), "(none)");
  const OptionSpec help{.name = "help", .shortName = 'h', .help = "Prints this text."};
  const OptionGroup group{"Group", {&help, 1}};
  const std::string script = bashCompletion({.program = "p", .groups = {&group, 1}});
  EXPECT_EQ(script.find("case"), std::string::npos);
  EXPECT_NE(script.find("compgen -W --help --"), std::string::npos);
}

}  // namespace
}  // namespace iotcpd
