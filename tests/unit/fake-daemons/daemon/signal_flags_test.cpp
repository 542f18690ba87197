#include "fake-daemons/daemon/signal_flags.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <gtest/gtest.h>

#include "common/os/unique_fd.h"

namespace iotcpd::fake {
namespace {

constexpr int kExitLost = 1;
constexpr unsigned kDeadlineSeconds = 60;

/// A pipe to be read.
class SignalFlagsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::sigprocmask(SIG_SETMASK, nullptr, &maskBefore_);
    SignalFlags::install();
    static_cast<void>(SignalFlags::takeTerm());
    openPipe();
  }

  void TearDown() override {
    static_cast<void>(SignalFlags::holdTerm());
    static_cast<void>(SignalFlags::takeTerm());
    for (const int number : {SIGTERM, SIGCHLD, SIGPIPE, SIGXFSZ}) std::signal(number, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &maskBefore_, nullptr);
  }

  void openPipe() {
    std::array<int, 2> ends{-1, -1};
    ASSERT_EQ(::pipe(ends.data()), 0);
    // No UniqueFd: SIGTERM closes it.
    reader_ = ends[0];
    writer_.reset(ends[1]);
  }

  [[nodiscard]] ssize_t read() const {
    std::array<char, 8> buffer{};
    return SignalFlags::readUntilTerm(reader_, buffer.data(), buffer.size());
  }

  int reader_ = -1;
  UniqueFd writer_;
  sigset_t maskBefore_{};
};

TEST_F(SignalFlagsTest, ReadsWhatIsThere) {
  ASSERT_EQ(::write(writer_.get(), "abc", 3), 3);
  EXPECT_EQ(read(), 3);
  EXPECT_FALSE(SignalFlags::holdTerm());
  ::close(reader_);
}

TEST_F(SignalFlagsTest, ReadsNothingOnceTermHasCome) {
  ASSERT_EQ(::write(writer_.get(), "abc", 3), 3);
  ::raise(SIGTERM);
  EXPECT_EQ(read(), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT_TRUE(SignalFlags::holdTerm());
  EXPECT_TRUE(SignalFlags::takeTerm());
  ::close(reader_);
}

TEST_F(SignalFlagsTest, TermIsHeldAfterARead) {
  ASSERT_EQ(::write(writer_.get(), "abc", 3), 3);
  ASSERT_EQ(read(), 3);
  EXPECT_FALSE(SignalFlags::holdTerm());
  ::raise(SIGTERM);
  EXPECT_FALSE(SignalFlags::takeTerm());
  SignalFlags::sleep(std::chrono::hours(1));
  EXPECT_TRUE(SignalFlags::takeTerm());
  ::close(reader_);
}

// Some of these come between the last look at the flag and the read, which nothing but its missing
// descriptor keeps from waiting then.
TEST_F(SignalFlagsTest, TermEndsAReadWheneverItComes) {
  constexpr int kRounds = 20'000;
  constexpr long kLongestNs = 3000;
  std::signal(SIGALRM, [](int /*number*/) { ::_exit(kExitLost); });
  ::alarm(kDeadlineSeconds);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGTERM;
  timer_t timer{};
  ASSERT_EQ(::timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  for (int round = 0; round < kRounds; ++round) {
    const itimerspec soon{{}, {0, 1 + round % kLongestNs}};
    ASSERT_EQ(::timer_settime(timer, 0, &soon, nullptr), 0);
    ASSERT_EQ(read(), -1);
    ASSERT_TRUE(SignalFlags::takeTerm());
    ::close(reader_);
    openPipe();
  }
  ::alarm(0);
  std::signal(SIGALRM, SIG_DFL);
  ::timer_delete(timer);
}

}  // namespace
}  // namespace iotcpd::fake
