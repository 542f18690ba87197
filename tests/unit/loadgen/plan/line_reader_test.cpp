#include "loadgen/plan/line_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

std::vector<std::string> linesOf(LineReader& reader) {
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  return lines;
}

TEST(LineReader, HandsOutLinesWithoutTheirNewlines) {
  const TemporaryFile file("a\n\nb\r\n");
  LineReader reader("thing", file.path(), 100);
  EXPECT_EQ(linesOf(reader), (std::vector<std::string>{"a", "", "b\r"}));
  EXPECT_EQ(reader.lineNumber(), 3U);
  EXPECT_EQ(reader.bytesRead(), 6U);
  EXPECT_FALSE(reader.isCutShort());
}

TEST(LineReader, ALastLineWithoutItsNewlineCountsAndIsKnown) {
  const TemporaryFile file("a\nb");
  LineReader reader("thing", file.path(), 100);
  std::string_view line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_FALSE(reader.isCutShort());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "b");
  EXPECT_TRUE(reader.isCutShort());
  EXPECT_FALSE(reader.next(line));
}

TEST(LineReader, AnEmptyFileHasNoLine) {
  const TemporaryFile file("");
  LineReader reader("thing", file.path(), 100);
  EXPECT_TRUE(linesOf(reader).empty());
}

TEST(LineReader, JoinsWhatTheBufferCuts) {
  std::string content;
  std::vector<std::string> lines;
  for (std::size_t size = 0; size < 1000; ++size) {
    lines.emplace_back(size, static_cast<char>('a' + size % 26));
    content += lines.back() + '\n';
  }
  const TemporaryFile file(content);
  LineReader reader("thing", file.path(), 1000);
  EXPECT_EQ(linesOf(reader), lines);
}

TEST(LineReader, ALineBeyondTheLimitIsNamed) {
  const TemporaryFile file("a\nbcd\nefgh\n");
  LineReader reader("thing", file.path(), 4);
  std::string_view line;
  ASSERT_TRUE(reader.next(line));
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "bcd");
  EXPECT_EQ(planErrorOf([&] { static_cast<void>(reader.next(line)); }),
            "thing '" + file.path() + "' line 3: it is longer than 4B");
}

TEST(LineReader, RewindsToTheStart) {
  const TemporaryFile file("a\nb");
  LineReader reader("thing", file.path(), 100);
  const std::vector<std::string> lines = linesOf(reader);
  reader.rewind();
  EXPECT_EQ(reader.lineNumber(), 0U);
  EXPECT_EQ(linesOf(reader), lines);
}

TEST(LineReader, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(planErrorOf([] { const LineReader reader("thing", "/nowhere/x", 100); }),
            "thing '/nowhere/x' cannot be read: No such file or directory");
  LineReader folder("thing", "/", 100);
  std::string_view line;
  EXPECT_EQ(planErrorOf([&] { static_cast<void>(folder.next(line)); }),
            "thing '/' cannot be read: Is a directory");
}

}  // namespace
}  // namespace iotcpd::loadgen
