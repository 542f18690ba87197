#include "redirector/edge/stderr_capture.h"

#include <fcntl.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using Lines = std::vector<std::string>;

class StderrCaptureTest : public testing::Test {
 protected:
  StderrCaptureTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    writer_.reset(ends[1]);
    capture_ = std::make_unique<StderrCapture>(
        poller_, UniqueFd(ends[0]), [this](std::string_view line) { lines_.emplace_back(line); });
    EXPECT_TRUE(capture_->open());
  }

  void says(const std::string& text) {
    EXPECT_EQ(::write(writer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    poller_.dispatch(now_);
  }
  void after(Nanoseconds time) { now_ += time; }
  void ends() {
    writer_.reset();
    capture_->finish(now_);
  }
  Lines heard() { return std::exchange(lines_, {}); }

 private:
  Poller poller_;
  UniqueFd writer_;
  TimePoint now_{std::chrono::hours(1)};
  Lines lines_;
  std::unique_ptr<StderrCapture> capture_;
};

TEST_F(StderrCaptureTest, LinesAreHandedOnOneByOne) {
  says("one\ntwo\nthr");
  EXPECT_EQ(heard(), (Lines{"one", "two"}));
  says("ee\n");
  EXPECT_EQ(heard(), Lines{"three"});
}

TEST_F(StderrCaptureTest, AnUnfinishedLastLineIsHandedOnAtTheEnd) {
  says("dying words");
  EXPECT_EQ(heard(), Lines{});
  ends();
  EXPECT_EQ(heard(), Lines{"dying words"});
}

TEST_F(StderrCaptureTest, ALongLineIsCutAtTheLimit) {
  says(std::string(StderrCapture::kMaxLineBytes, 'x') + "\n");
  EXPECT_EQ(heard(), Lines{std::string(StderrCapture::kMaxLineBytes, 'x')});
  says(std::string(StderrCapture::kMaxLineBytes + 1, 'x') + "\nnext\n");
  EXPECT_EQ(heard(), (Lines{std::string(StderrCapture::kMaxLineBytes, 'x') + " [cut]", "next"}));
}

TEST_F(StderrCaptureTest, AFloodIsCutToTheRateAndWhatWasLeftOutIsSaid) {
  std::string flood;
  for (std::uint64_t i = 0; i < StderrCapture::kMaxLinesPerSecond + 7; ++i) flood += "noise\n";
  says(flood);
  EXPECT_EQ(heard().size(), StderrCapture::kMaxLinesPerSecond);
  after(std::chrono::seconds(1));
  says("calm\n");
  EXPECT_EQ(heard(), (Lines{"[7 more lines left out]", "calm"}));
}

}  // namespace
}  // namespace iotcpd::redirector
