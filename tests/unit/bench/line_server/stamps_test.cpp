#include "tests/bench/line_server/stamps.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace yardstick {
namespace {

using namespace std::chrono_literals;

/// A path that is nobody's, removed at the end.
class StampFile {
 public:
  ~StampFile() { std::remove(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_ = testing::TempDir() + "stamps-" + std::to_string(::getpid());
};

TEST(Stamps, ALineForEachInTheOrderOfArrival) {
  const StampFile file;
  Stamps stamps(file.path(), 2);
  stamps.add(iotcpd::TimePoint(1s), 2ms);
  stamps.add(iotcpd::TimePoint(3s), 0ns);
  stamps.write();
  EXPECT_EQ(file.content(), "1000000000 2000000\n3000000000 0\n");
}

TEST(StampsDeathTest, MoreThanThereIsRoomForIsAnErrorAndNoSilence) {
  const StampFile file;
  Stamps stamps(file.path(), 1);
  stamps.add(iotcpd::TimePoint(1s), 0ns);
  stamps.add(iotcpd::TimePoint(2s), 0ns);
  EXPECT_EXIT(stamps.write(), testing::ExitedWithCode(1), "2 requests came.*room for 1");
}

TEST(Stamps, WithoutAFileNothingIsKeptOrWritten) {
  Stamps stamps("", 1);
  EXPECT_FALSE(stamps.areKept());
  stamps.add(iotcpd::TimePoint(1s), 0ns);
  stamps.add(iotcpd::TimePoint(1s), 0ns);
  stamps.write();
}

}  // namespace
}  // namespace yardstick
