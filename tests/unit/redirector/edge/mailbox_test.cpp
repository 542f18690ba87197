#include "redirector/edge/mailbox.h"

#include <poll.h>

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

class MailboxTest : public testing::Test {
 protected:
  /// Whether there was something to do.
  bool pass() {
    pollfd readable{poller.fd(), POLLIN, 0};
    const bool woken = ::poll(&readable, 1, 0) > 0;
    poller.dispatch({});
    return woken;
  }

  Poller poller;
  Mailbox mailbox{poller};
};

TEST_F(MailboxTest, TasksAreDoneInTheirOrderAndNotBefore) {
  std::string done;
  mailbox.post([&] { done += 'a'; });
  mailbox.post([&] { done += 'b'; });
  EXPECT_EQ(done, "");
  EXPECT_TRUE(pass());
  EXPECT_EQ(done, "ab");
  EXPECT_FALSE(pass()) << "nothing is left";
}

TEST_F(MailboxTest, ATaskPostedByATaskIsDoneInALaterPass) {
  std::string done;
  mailbox.post([&] {
    done += 'a';
    mailbox.post([&] { done += 'b'; });
  });
  pass();
  EXPECT_EQ(done, "a");
  EXPECT_TRUE(pass());
  EXPECT_EQ(done, "ab");
}

TEST_F(MailboxTest, NoTaskOfManyThreadsIsLost) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 1000;
  int done = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int task = 0; task < kTasks; ++task) mailbox.post([&] { ++done; });
    });
  }
  while (done < kTasks) pass();
  for (std::thread& thread : threads) thread.join();
  while (pass()) {
  }
  EXPECT_EQ(done, kThreads * kTasks);
}

}  // namespace
}  // namespace iotcpd::redirector
