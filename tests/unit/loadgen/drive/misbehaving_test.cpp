#include "loadgen/drive/misbehaving.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

TEST(Misbehaving, AnOversizeLineIsPaddedAndStillEndsInANewline) {
  std::string scratch;
  const std::string_view sent = misbehavedLine(Behaviour::kOversize, "abc\n", scratch);
  EXPECT_EQ(sent.size(), kOversizeBytes);
  EXPECT_TRUE(sent.starts_with("abcxxx"));
  EXPECT_TRUE(sent.ends_with("x\n"));
  EXPECT_EQ(sent.find('\n'), sent.size() - 1);
}

TEST(Misbehaving, ALineThatIsOversizeAnywayKeepsItsBytes) {
  std::string scratch;
  const std::string line = std::string(2 * kOversizeBytes, 'a') + '\n';
  EXPECT_EQ(misbehavedLine(Behaviour::kOversize, line, scratch), line);
}

TEST(Misbehaving, WithoutNewlineMeansAllButTheNewline) {
  std::string scratch;
  EXPECT_EQ(misbehavedLine(Behaviour::kNoNewline, "abc\n", scratch), "abc");
}

TEST(Misbehaving, OthersSendTheLineAsItIs) {
  std::string scratch;
  for (const Behaviour behaviour :
       {Behaviour::kOrdinary, Behaviour::kSlowLoris, Behaviour::kHalfClose,
        Behaviour::kAbortAfterSend, Behaviour::kRst}) {
    EXPECT_EQ(misbehavedLine(behaviour, "abc\n", scratch), "abc\n") << behaviourName(behaviour);
  }
}

TEST(Misbehaving, WhatBecomesOfTheConnection) {
  EXPECT_EQ(afterSend(Behaviour::kOrdinary), AfterSend::kRead);
  EXPECT_EQ(afterSend(Behaviour::kSlowLoris), AfterSend::kRead);
  EXPECT_EQ(afterSend(Behaviour::kOversize), AfterSend::kRead);
  EXPECT_EQ(afterSend(Behaviour::kHalfClose), AfterSend::kHalfClose);
  EXPECT_EQ(afterSend(Behaviour::kNoNewline), AfterSend::kHalfClose);
  EXPECT_EQ(afterSend(Behaviour::kAbortAfterSend), AfterSend::kClose);
  EXPECT_EQ(afterSend(Behaviour::kRst), AfterSend::kReset);
  EXPECT_EQ(brokenOffOutcome(AfterSend::kReset), Outcome::kReset);
  EXPECT_EQ(brokenOffOutcome(AfterSend::kClose), Outcome::kEmpty);
}

}  // namespace
}  // namespace iotcpd::loadgen
