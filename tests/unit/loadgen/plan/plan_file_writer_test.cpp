#include "loadgen/plan/plan_file_writer.h"

#include <fcntl.h>

#include <string>

#include <gtest/gtest.h>

#include "common/os/text_file.h"
#include "common/os/unique_fd.h"
#include "loadgen/plan/line_file.h"
#include "loadgen/plan/plan_file_reader.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/temporary_file.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd::loadgen {
namespace {

PlannedRequest requestOf(Nanoseconds due, std::string_view line,
                         Behaviour behaviour = Behaviour::kOrdinary) {
  return {due, line, 0, false, behaviour};
}

std::string contentOf(const TemporaryFile& file) { return readTextFile(file.path(), 1UL << 30U); }

TEST(PlanFileWriter, WritesTheFormatOfTheHeader) {
  const TemporaryFile file("");
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CLOEXEC));
  PlanFileWriter writer(fd.get(), "1000/s for 2ms,\nseed\t7");
  writer.write(requestOf(Nanoseconds(0), "http://example.com/1\n"));
  writer.write(requestOf(Nanoseconds(1'000'000), "\\é\t\n", Behaviour::kHalfClose));
  writer.finish();
  EXPECT_EQ(contentOf(file),
            "iotcpd-plan 1\n"
            "# 1000/s for 2ms,\n"
            "# seed\\x097\n"
            "0 ordinary http://example.com/1\n"
            "1000000 half-close \\\\\\xc3\\xa9\\x09\n"
            "end 2\n");
}

TEST(PlanFileWriter, WhatItWritesReadsBackAndIsWrittenTheSameAgain) {
  const TemporaryFile file("");
  const TemporaryFile copy("");
  {
    const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CLOEXEC));
    PlanFileWriter writer(fd.get(), "random");
    TestRandom random(11);
    Nanoseconds due{};
    for (int i = 0; i < 20'000; ++i) {
      std::string line(random.below(30), '\0');
      for (char& byte : line) byte = static_cast<char>('\n' + 1 + random.below(246));
      due += Nanoseconds(static_cast<std::int64_t>(random.below(1000)));
      writer.write(requestOf(due, line + '\n', static_cast<Behaviour>(random.below(7))));
    }
    writer.finish();
  }
  {
    const UniqueFd fd(::open(copy.path().c_str(), O_WRONLY | O_CLOEXEC));
    PlanFileWriter writer(fd.get(), "random");
    PlanFileReader reader(file.path());
    for (PlannedRequest request; reader.next(request);) writer.write(request);
    writer.finish();
  }
  EXPECT_GT(contentOf(file).size(), 64UL * 1024);
  EXPECT_TRUE(contentOf(file) == contentOf(copy));
}

TEST(PlanFileWriter, ARequestIsAMebibyteAtTheMost) {
  const TemporaryFile file("");
  const UniqueFd fd(::open(file.path().c_str(), O_WRONLY | O_CLOEXEC));
  PlanFileWriter writer(fd.get(), "");
  std::string line(kMostRequestBytes, '\x01');
  line.back() = '\n';
  writer.write(requestOf(Nanoseconds(0), line));
  EXPECT_TRUE(planErrorOf([&] {
                writer.write(requestOf(Nanoseconds(0), 'x' + line));
              }).starts_with("the plan cannot be written: request 2 is longer than 1MiB"));
  writer.finish();
  PlanFileReader reader(file.path());
  PlannedRequest request;
  ASSERT_TRUE(reader.next(request));
  EXPECT_TRUE(request.line == line);
}

TEST(PlanFileWriter, AFullDiskIsTold) {
  const UniqueFd fd(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  PlanFileWriter writer(fd.get(), "");
  EXPECT_EQ(planErrorOf([&] { writer.finish(); }),
            "the plan cannot be written: No space left on device");
}

}  // namespace
}  // namespace iotcpd::loadgen
