#include "fake-daemons/daemon/path_template.h"

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

TEST(FillPath, FillsInWhichProcessThisIs) {
  EXPECT_EQ(fillPath("/tmp/{worker}.{incarnation}.{pid}", {7, 3, 2}),
            fmt::format("/tmp/3.2.{}", ::getpid()));
}

TEST(FillPath, FillsInEachAsOftenAsItIsThere) {
  EXPECT_EQ(fillPath("{worker}{worker}/{worker}", {7, 3, 2}), "33/3");
}

TEST(FillPath, LeavesTheRestAsItIs) {
  EXPECT_EQ(fillPath("/tmp/{seq}{Worker}{{}*", {}), "/tmp/{seq}{Worker}{{}*");
  EXPECT_EQ(fillPath("", {}), "");
}

TEST(PathGlob, MatchesWhateverIsFilledIn) {
  EXPECT_EQ(pathGlob("/tmp/{worker}.{incarnation}.{pid}"), "/tmp/*.*.*");
  EXPECT_EQ(pathGlob("/tmp/fake"), "/tmp/fake");
}

TEST(PathGlob, WhatIsSpecialToGlobStandsForItself) {
  EXPECT_EQ(pathGlob("/tmp/a[1]*?\\/{pid}"), R"(/tmp/a\[1]\*\?\\/*)");
}

}  // namespace
}  // namespace iotcpd::fake
