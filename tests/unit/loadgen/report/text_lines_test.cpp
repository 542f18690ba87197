#include "loadgen/report/text_lines.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

std::string laidOut(const std::string& line, std::size_t mostRows = 2) {
  TextLines lines;
  lines.add(line, mostRows);
  return lines.take();
}

TEST(TextLines, ALineThatFitsStaysAsItIs) {
  EXPECT_EQ(laidOut(std::string(80, 'a')), std::string(80, 'a') + "\n");
}

TEST(TextLines, ALongerOneGoesOnBelow) {
  EXPECT_EQ(laidOut(std::string(75, 'a') + " bbbbbbbb"),
            std::string(75, 'a') + "\n            bbbbbbbb\n");
  EXPECT_EQ(laidOut(std::string(81, 'a')), std::string(80, 'a') + "\n            a\n");
}

TEST(TextLines, WhatHasNoRoomIsCutVisibly) {
  EXPECT_EQ(laidOut(std::string(81, 'a'), 1), std::string(77, 'a') + "...\n");
  EXPECT_EQ(laidOut(std::string(149, 'a')),
            std::string(80, 'a') + "\n" + std::string(12, ' ') + std::string(65, 'a') + "...\n");
}

}  // namespace
}  // namespace iotcpd::loadgen
