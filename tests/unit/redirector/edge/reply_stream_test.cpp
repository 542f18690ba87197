#include "redirector/edge/reply_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "common/os/unique_fd.h"
#include "tests/unit/support/counted_allocations.h"

namespace iotcpd::redirector {
namespace {

using Progress = ReplyStream::Progress;

class ReplyStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    reader = UniqueFd(ends[0]);
    writer = UniqueFd(ends[1]);
  }
  std::string reads() {
    static std::array<char, 65536> bytes;
    const ssize_t got = ::read(reader.get(), bytes.data(), bytes.size());
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
  }

  /// Allocations for sending `reply` over a stream that has had nothing to send yet.
  std::uint64_t allocationsFor(const std::string& reply) {
    const std::uint64_t before = countedAllocations();
    ReplyStream another;
    another.append(reply);
    while (another.send(writer.get()) != Progress::kAll) reads();
    const std::uint64_t taken = countedAllocations() - before;
    while (!reads().empty()) {
    }
    return taken;
  }

  UniqueFd reader;
  UniqueFd writer;
  ReplyStream stream;
};

TEST_F(ReplyStreamTest, RepliesLeaveTogetherAndBothEndsCountFromTheBeginning) {
  stream.append("one\n");
  stream.append("three\n");
  EXPECT_EQ(stream.end(), 10U);
  EXPECT_EQ(stream.takenEnd(), 0U);
  EXPECT_EQ(stream.send(writer.get()), Progress::kAll);
  EXPECT_EQ(reads(), "one\nthree\n");
  EXPECT_TRUE(stream.empty());
  stream.append("5\n");
  EXPECT_EQ(stream.end(), 12U);
  EXPECT_EQ(stream.takenEnd(), 10U);
}

TEST_F(ReplyStreamTest, WhatTheKernelDoesNotTakeIsSentLaterWithWhatWasAppendedMeanwhile) {
  const std::string large = std::string(3'000'000, 'x') + "\n";
  stream.append(large);
  EXPECT_EQ(stream.send(writer.get()), Progress::kBlocked);
  EXPECT_GT(stream.takenEnd(), 0U);
  stream.append("end\n");
  EXPECT_EQ(stream.end(), large.size() + 4);
  std::string received;
  Progress progress = Progress::kBlocked;
  while (progress == Progress::kBlocked) {
    received += reads();
    progress = stream.send(writer.get());
    EXPECT_EQ(stream.end(), large.size() + 4) << "whatever is dropped from its front";
  }
  for (std::string piece = reads(); !piece.empty(); piece = reads()) received += piece;
  EXPECT_EQ(progress, Progress::kAll);
  EXPECT_EQ(received, large + "end\n");
  EXPECT_EQ(stream.takenEnd(), stream.end());
}

TEST_F(ReplyStreamTest, ABrokenConnectionIsToldFromABlockedOne) {
  reader.reset();
  stream.append("one\n");
  EXPECT_EQ(stream.send(writer.get()), Progress::kBroken);
  EXPECT_EQ(stream.takenEnd(), 0U);
}

TEST_F(ReplyStreamTest, OneStreamTakesTheMemoryThatAnotherHasNoUseForAnyMore) {
  allocationsFor(std::string(900, 'x'));
  EXPECT_EQ(allocationsFor(std::string(800, 'y')), 0U);
  EXPECT_EQ(allocationsFor(std::string(900, 'z')), 0U);
}

TEST_F(ReplyStreamTest, TheMemoryOfALargeReplyIsNotKept) {
  for (int i = 0; i < 3; ++i) EXPECT_GT(allocationsFor(std::string(20'000, 'x')), 0U);
}

TEST_F(ReplyStreamTest, MemoryThatIsInUseIsNobodyElses) {
  stream.append(std::string(900, 'a'));
  ReplyStream another;
  another.append(std::string(900, 'b'));
  EXPECT_EQ(another.send(writer.get()), Progress::kAll);
  EXPECT_EQ(stream.send(writer.get()), Progress::kAll);
  EXPECT_EQ(reads(), std::string(900, 'b') + std::string(900, 'a'));
}

}  // namespace
}  // namespace iotcpd::redirector
