#include "loadgen/plan/line_file.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using namespace std::string_view_literals;

std::vector<std::string> linesOf(std::string_view content) {
  const TemporaryFile temporary(content);
  const LineFile file(temporary.path());
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < file.lineCount(); ++i) lines.emplace_back(file.line(i));
  return lines;
}

std::string errorOf(std::string_view content) {
  const TemporaryFile temporary(content);
  const std::string error = planErrorOf([&] { const LineFile file(temporary.path()); });
  const std::string named = "file of requests '" + temporary.path() + "' ";
  return error.starts_with(named) ? error.substr(named.size()) : "not named: " + error;
}

TEST(LineFile, HoldsItsLinesWithTheirNewlines) {
  EXPECT_EQ(linesOf("a\nbc\n"), (std::vector<std::string>{"a\n", "bc\n"}));
  EXPECT_EQ(linesOf("a\nbc"), (std::vector<std::string>{"a\n", "bc\n"}));
}

TEST(LineFile, TakesEveryByteAsItIs) {
  EXPECT_EQ(linesOf("a\r\n\n\0\xff b \n"sv),
            (std::vector<std::string>{"a\r\n", "\n", std::string("\0\xff b \n", 6)}));
}

TEST(LineFile, AnEmptyOneIsRefused) {
  EXPECT_EQ(errorOf(""), "is empty: at least one line is expected");
  EXPECT_EQ(linesOf("\n"), std::vector<std::string>{"\n"});
}

TEST(LineFile, ALineIsAMebibyteAtTheMost) {
  const std::string longest(kMostRequestBytes - 1, 'x');
  EXPECT_EQ(linesOf("a\n" + longest + "\nb").size(), 3U);
  EXPECT_EQ(errorOf("a\n" + longest + "x\nb"), "line 2 is longer than 1MiB");
}

TEST(LineFile, HasTenMillionLinesAtTheMost) {
  const std::string most(kMostLineFileLines, '\n');
  EXPECT_EQ(linesOf(most.substr(0, 1000)).size(), 1000U);
  const TemporaryFile file(most);
  EXPECT_EQ(LineFile(file.path()).lineCount(), kMostLineFileLines);
  EXPECT_EQ(errorOf(most + "\n"), "has more than 10000000 lines");
}

TEST(LineFile, IsSixtyFourMebibytesAtTheMost) {
  const std::string line = std::string(1023, 'x') + '\n';
  std::string most;
  for (std::size_t i = 0; i < kMostLineFileBytes / 1024; ++i) most += line;
  const TemporaryFile file(most);
  EXPECT_EQ(LineFile(file.path()).lineCount(), 65536U);
  EXPECT_EQ(errorOf(most + "x"), "cannot be used: it is longer than 64MiB");
}

}  // namespace
}  // namespace iotcpd::loadgen
