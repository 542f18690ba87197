#include <algorithm>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "common/cli/option_table.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

constexpr const char* kExpected =
    R"(Usage: sample-program [-hv] [-d|--daemon CMD] [-n|--daemons-max N]
                      [--delay TIME] [--allow NETWORK]… [-c|--config FILE]
                      HOST:PORT
Does what a sample has to do.

Pool:
  -d, --daemon=CMD          The daemon program and its arguments. Quoted as in a
                            shell. Accepts a command line.
  -n, --daemons-max=N       How many daemons run at the most. Accepts 1 to 1024
                            (default 4).
      --delay=TIME          How long to wait before a daemon that died is
                            started again, which is long enough for this text to
                            need a few lines. Accepts a time from 1ms to 1h
                            (default 250ms).
      --allow=NETWORK       Who may connect. May be given more than once.
                            Accepts an address or a network such as 10.0.0.0/8.

General:
      --format=FORMAT       How the report is written. Accepts one of text, json
                            or csv (default text).
  -c, --config=FILE         Reads further settings. Accepts a file.
      --an-option-with-quite-a-long-name=DIR
                            'Quoted' at the start. See --config too. Accepts a
                            directory (default /var/lib/a b\c).
  -v, --verbose             Says more. May be given more than once.
  -h, --help                Prints this text.

Examples:
  sample-program -d cat 127.0.0.1:8000
)";

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](unsigned char c) { return (c & 0xc0U) != 0x80U; }));
}

TEST(HelpText, LooksLikeThis) { EXPECT_EQ(helpText(kSampleTable), kExpected); }

TEST(HelpText, FitsEightyColumnsWithoutBlanksAtTheEndOfALine) {
  std::istringstream lines(helpText(kSampleTable));
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(columns(line), 80U) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
    widest = std::max(widest, columns(line));
  }
  EXPECT_GT(widest, 70U) << "the lines are filled";
}

/// The help of a table with this one option.
std::string helpOf(const OptionSpec& spec) {
  const OptionGroup group{"Group", {&spec, 1}};
  return helpText({.program = "p", .synopsis = "[X]", .summary = "S.", .groups = {&group, 1}});
}

TEST(HelpText, BreaksALineOnlyWhenTheNextWordWouldPassColumnEighty) {
  // 52 columns are left of 80 behind the help column.
  const std::string fits = std::string(25, 'a') + ' ' + std::string(26, 'b');
  EXPECT_NE(helpOf({.name = "x", .help = fits}).find(fits), std::string::npos);
  const std::string tooWide = std::string(25, 'a') + ' ' + std::string(27, 'b');
  const std::string help = helpOf({.name = "x", .help = tooWide});
  EXPECT_EQ(help.find(tooWide), std::string::npos);
  EXPECT_NE(help.find(std::string(25, 'a') + '\n' + std::string(28, ' ') + std::string(27, 'b')),
            std::string::npos);
}

TEST(HelpText, CountsAUtf8SequenceAsOneColumn) {
  std::string wide;
  for (int i = 0; i < 26; ++i) wide += "é";
  const std::string fits = std::string(25, 'a') + ' ' + wide;
  EXPECT_NE(helpOf({.name = "x", .help = fits}).find(fits), std::string::npos);
}

TEST(HelpText, KeepsTheDefaultInOnePieceUnlessItIsLongerThanALine) {
  const OptionSpec spec{.name = "x",
                        .argument = "CMD",
                        .defaultValue = "a command with many words to it",
                        .help = "Twenty columns to it."};
  EXPECT_NE(helpOf(spec).find("(default a command with many words to it)"), std::string::npos);
  const OptionSpec longer{
      .name = "x",
      .argument = "CMD",
      .defaultValue = "a command with so many words to it that no line has room",
      .help = "Help."};
  EXPECT_NE(helpOf(longer).find("Help. (default a command"), std::string::npos);
}

TEST(HelpText, LeavesExamplesAsTheyAreAndOutWhenThereAreNone) {
  OptionTable table = kSampleTable;
  EXPECT_TRUE(helpText(table).ends_with("\n\nExamples:\n  sample-program -d cat 127.0.0.1:8000\n"));
  table.examples = "x";
  EXPECT_TRUE(helpText(table).ends_with("\n\nx\n"));
  table.examples = {};
  EXPECT_TRUE(helpText(table).ends_with("Prints this text.\n"));
}

}  // namespace
}  // namespace iotcpd
