#include "loadgen/app/options.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/app/given_words.h"

namespace iotcpd::loadgen {
namespace {

/// All options of a command, in the order of the help.
std::vector<OptionSpec> optionsOf(const CommandSpec& command) {
  std::vector<OptionSpec> options;
  for (const OptionGroup& group : command.table.groups) {
    options.insert(options.end(), group.options.begin(), group.options.end());
  }
  return options;
}

TEST(Options, EveryCommandNamesItselfAndHasHelp) {
  for (const CommandSpec& command : commandTable().commands) {
    EXPECT_EQ(command.table.program, "iotcpd-loadgen " + std::string(command.name));
    EXPECT_NE(command.table.find("help"), nullptr) << command.name;
  }
}

TEST(Options, NoCommandHasTwoOptionsOfOneName) {
  for (const CommandSpec& command : commandTable().commands) {
    std::set<std::string_view> names;
    std::set<char> shortNames;
    for (const OptionSpec& spec : optionsOf(command)) {
      EXPECT_TRUE(names.insert(spec.name).second) << command.name << " --" << spec.name;
      if (spec.shortName == '\0') continue;
      EXPECT_TRUE(shortNames.insert(spec.shortName).second) << command.name << " " << spec.name;
    }
  }
}

TEST(Options, AShortNameMeansTheSameEverywhere) {
  // -o is where the one thing goes that plan and merge make.
  std::map<char, std::set<std::string_view>> meanings;
  for (const CommandSpec& command : commandTable().commands) {
    for (const OptionSpec& spec : optionsOf(command)) {
      if (spec.shortName != '\0') meanings[spec.shortName].insert(spec.name);
    }
  }
  meanings.erase('o');
  for (const auto& [shortName, names] : meanings) EXPECT_EQ(names.size(), 1U) << shortName;
}

TEST(Options, AValueSaysWhatIsAcceptedAndEveryTextIsASentence) {
  for (const CommandSpec& command : commandTable().commands) {
    for (const OptionSpec& spec : optionsOf(command)) {
      EXPECT_EQ(spec.argument.empty(), spec.accepts.empty()) << spec.name;
      EXPECT_TRUE(spec.help.ends_with('.')) << spec.name;
      EXPECT_FALSE(spec.accepts.ends_with('.')) << spec.name;
    }
  }
}

TEST(Options, TheExamplesOfEachCommandBeginWithTheProgram) {
  for (const CommandSpec& command : commandTable().commands) {
    EXPECT_TRUE(command.table.examples.starts_with("  iotcpd-loadgen ")) << command.name;
    EXPECT_TRUE(command.table.examples.ends_with('\n')) << command.name;
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
