#include "common/cli/command_table.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/common/cli/sample_commands.h"

namespace iotcpd {
namespace {

GivenCommand parse(std::vector<std::string> words, const CommandTable& table = kSampleCommands) {
  words.insert(words.begin(), "sample-tool");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return parseCommandLine(table, static_cast<int>(argv.size()), argv.data());
}

std::string errorOf(std::vector<std::string> words, const CommandTable& table = kSampleCommands) {
  try {
    static_cast<void>(parse(std::move(words), table));
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

TEST(CommandTable, EachCommandReadsItsOwnOptions) {
  const GivenCommand given = parse({"send", "--rate", "fast", "host:1", "-r", "slow"});
  ASSERT_NE(given.command, nullptr);
  EXPECT_EQ(given.command->name, "send");
  EXPECT_EQ(given.line.values("rate"), (std::vector<std::string>{"fast", "slow"}));
  EXPECT_EQ(given.line.operands, std::vector<std::string>{"host:1"});
  EXPECT_TRUE(parse({"show", "--colour"}).line.has("colour"));
}

TEST(CommandTable, AnOptionOfAnotherCommandIsUnknown) {
  EXPECT_EQ(errorOf({"show", "--rate=fast"}),
            "unknown option --rate; --help lists those there are");
  EXPECT_EQ(errorOf({"send", "--colour"}), "unknown option --colour; --help lists those there are");
}

TEST(CommandTable, WithoutArgumentsAndWithHelpTheWholeProgramIsAskedAbout) {
  const std::vector<std::vector<std::string>> ways{{}, {"help"}, {"--help"}, {"-h"}, {"--hel"}};
  for (const auto& words : ways) {
    const GivenCommand given = parse(words);
    EXPECT_EQ(given.command, nullptr);
    EXPECT_TRUE(given.line.has("help"));
  }
  EXPECT_TRUE(parse({"-v"}).line.has("version"));
  EXPECT_FALSE(parse({"--version"}).line.has("help"));
}

TEST(CommandTable, HelpOfACommandIsHadInTwoWays) {
  const std::vector<std::vector<std::string>> ways{{"help", "show"}, {"show", "--help"}};
  for (const auto& words : ways) {
    const GivenCommand given = parse(words);
    ASSERT_NE(given.command, nullptr);
    EXPECT_EQ(given.command->name, "show");
    EXPECT_TRUE(given.line.has("help"));
  }
  EXPECT_EQ(errorOf({"help", "shwo"}), "unknown command 'shwo'; did you mean show?");
}

TEST(CommandTable, AnUnknownCommandIsNamedWithNearOnes) {
  EXPECT_EQ(errorOf({"sent"}), "unknown command 'sent'; did you mean send?");
  EXPECT_EQ(errorOf({"halp"}), "unknown command 'halp'; did you mean help?");
  EXPECT_EQ(errorOf({"explode"}), "unknown command 'explode'; accepted is send, show or help");
  EXPECT_EQ(errorOf({""}), "unknown command ''; accepted is send, show or help");
}

TEST(CommandTable, BeforeAnOperandTheUsualCommandIsProposed) {
  EXPECT_EQ(errorOf({"127.0.0.1:9991"}),
            "'127.0.0.1:9991' is no command; did you mean: sample-tool send 127.0.0.1:9991");
  EXPECT_EQ(errorOf({"unix:/run/\x1b"}),
            "'unix:/run/\\x1b' is no command; did you mean: sample-tool send unix:/run/\\x1b");
}

TEST(CommandTable, WithoutAUsualCommandNoneIsProposed) {
  CommandTable table = kSampleCommands;
  table.usual = {};
  EXPECT_EQ(errorOf({"host:1"}, table), "unknown command 'host:1'; accepted is send, show or help");
}

TEST(CommandTable, AnOptionBeforeItsCommandIsToldWhereItBelongs) {
  EXPECT_EQ(errorOf({"--rate=fast", "send"}),
            "option --rate comes after its command: sample-tool send --rate");
  EXPECT_EQ(errorOf({"--rat", "send"}), "unknown option --rat; --help lists those there are");
  EXPECT_EQ(errorOf({"-r", "send"}), "unknown option -r; --help lists those there are");
}

TEST(CommandTable, OptionsThatEndWithoutACommandAreNotEnough) {
  EXPECT_EQ(errorOf({"--"}), "a command is missing; accepted is send, show or help");
  EXPECT_EQ(errorOf({"-"}), "a command is missing; accepted is send, show or help");
}

TEST(CommandTable, FindsACommandByItsWholeName) {
  ASSERT_NE(kSampleCommands.find("show"), nullptr);
  EXPECT_EQ(kSampleCommands.find("show")->table.program, "sample-tool show");
  EXPECT_EQ(kSampleCommands.find("sho"), nullptr);
  EXPECT_EQ(kSampleCommands.find(""), nullptr);
}

}  // namespace
}  // namespace iotcpd
