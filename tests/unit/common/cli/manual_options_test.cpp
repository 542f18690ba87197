#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/cli/option_table.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

/// The manual text of a table with this one option.
std::string manualOf(const OptionSpec& spec) {
  const OptionGroup group{"Group", {&spec, 1}};
  return manualOptions({.groups = {&group, 1}});
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ManualOptions, MakesOneTaggedListOfEachGroup) {
  EXPECT_EQ(manualOf({.name = "daemons-max",
                      .shortName = 'n',
                      .argument = "N",
                      .defaultValue = "4",
                      .accepts = "1 to 1024",
                      .help = "How many daemons run at the most. Not fewer.",
                      .repeatable = true}),
            R"(.Ss Group
.Bl -tag -width Ds
.It Fl n , Fl \-daemons\-max Ns = Ns Ar N
How many daemons run at the most.
Not fewer.
May be given more than once.
Accepts 1 to 1024.
The default is
.Ql 4 .
.El
)");
}

TEST(ManualOptions, SaysNothingOfWhatAFlagHasNot) {
  EXPECT_EQ(manualOf({.name = "help", .help = "Prints this text."}),
            ".Ss Group\n.Bl -tag -width Ds\n.It Fl \\-help\nPrints this text.\n.El\n");
}

TEST(ManualOptions, NamesEveryOptionOfTheTable) {
  const std::string text = manualOptions(kSampleTable);
  for (const OptionGroup& group : kSampleTable.groups) {
    EXPECT_TRUE(contains(text, ".Ss " + std::string(group.title)));
  }
  EXPECT_TRUE(contains(text, "Fl \\-daemon Ns"));
  EXPECT_TRUE(contains(text, "Fl \\-an\\-option\\-with\\-quite\\-a\\-long\\-name Ns"));
  EXPECT_TRUE(contains(text, "Fl h , Fl \\-help\n"));
}

TEST(ManualOptions, NoTextIsTakenForARequest) {
  EXPECT_TRUE(contains(manualOf({.name = "x", .help = ".Dd is not a request."}), "\n\\&.Dd is"));
  EXPECT_TRUE(contains(manualOf({.name = "x", .help = "'Quoted' here."}), "\n\\&'Quoted'"));
  EXPECT_TRUE(contains(manualOf({.name = "x", .help = "One. .two"}), "\nOne.\n\\&.two\n"));
}

TEST(ManualOptions, EscapesBackslashesAndTheDashesOfOptions) {
  EXPECT_TRUE(contains(manualOf({.name = "x", .help = "A \\n and (--some-name) or well-known."}),
                       "\nA \\en and (\\-\\-some-name) or well-known.\n"));
}

TEST(ManualOptions, QuotesADefaultThatIsNotAPlainWord) {
  const auto defaultOf = [](std::string_view value) {
    return manualOf({.name = "x", .argument = "X", .defaultValue = value, .help = "X."});
  };
  EXPECT_TRUE(contains(defaultOf("250ms"), "\n.Ql 250ms .\n"));
  EXPECT_TRUE(contains(defaultOf("cat -u \"x\""), "\n.Ql \"\\&cat \\-u \\(dqx\\(dq\" .\n"));
  EXPECT_TRUE(contains(defaultOf("Ar"), "\n.Ql \"\\&Ar\" .\n")) << "the name of a macro";
  EXPECT_TRUE(contains(defaultOf("."), "\n.Ql \"\\&.\" .\n")) << "punctuation";
}

TEST(ManualOptions, LinesFitEightyColumns) {
  std::istringstream lines(manualOptions(kSampleTable));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace iotcpd
