#include "redirector/edge/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/un.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <Poco/Logger.h>
#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

class AcceptorTest : public testing::Test {
 protected:
  AcceptorTest() {
    EXPECT_EQ(::bind(listener_.get(), address(), sizeof address_), 0);
    EXPECT_EQ(::listen(listener_.get(), 1024), 0);
    socklen_t length = sizeof address_;
    ::getsockname(listener_.get(), address(), &length);
  }

  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }

  void connect(int count) {
    for (int i = 0; i < count; ++i) {
      UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ASSERT_EQ(::connect(fd.get(), address(), sizeof address_), 0);
      clients_.push_back(std::move(fd));
    }
  }

  /// How many connections a pass of the loop has taken.
  std::size_t takenInPass() {
    const std::size_t before = taken_.size();
    poller_.dispatch(clock_.now());
    return taken_.size() - before;
  }

  sockaddr_in address_{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  UniqueFd listener_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  std::vector<UniqueFd> clients_;
  SteadyClock clock_;
  Timers timers_;
  Poller poller_;
  std::size_t room_ = 1000;
  std::vector<UniqueFd> taken_;
  std::unique_ptr<Acceptor> acceptor_ = std::make_unique<Acceptor>(
      poller_, timers_, clock_, Poco::Logger::get("acceptor"), std::vector<int>{listener_.get()},
      Acceptor::Callbacks{
          [this] { return taken_.size() < room_; },
          [this](UniqueFd fd, const sockaddr*, TimePoint) { taken_.push_back(std::move(fd)); }});
};

TEST_F(AcceptorTest, OneIsTakenAndThenAllThatTheNextPassFinds) {
  takenInPass();
  takenInPass();
  connect(10);
  EXPECT_EQ(takenInPass(), 1U);
  EXPECT_EQ(takenInPass(), 9U);
  connect(1);
  EXPECT_EQ(takenInPass(), 1U);
}

/// Descriptors that are ready all the time, as those of many busy clients.
class Crowd final : private Poller::Handler {
 public:
  explicit Crowd(Poller& poller) : poller_(poller) {
    for (int i = 0; i < 300; ++i) {
      ready_.emplace_back(::eventfd(1, EFD_CLOEXEC));
      EXPECT_TRUE(poller_.add(ready_.back().get(), EPOLLIN, *this));
    }
  }
  ~Crowd() {
    for (const UniqueFd& fd : ready_) poller_.remove(fd.get(), *this);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

 private:
  void onEvents(std::uint32_t /*events*/, TimePoint /*now*/) override {}

  Poller& poller_;
  std::vector<UniqueFd> ready_;
};

TEST_F(AcceptorTest, AmongMoreThanAPassCanBeToldOfABatchIsTakenEachTime) {
  const Crowd crowd(poller_);
  connect(60);
  for (int passes = 0; passes < 6; ++passes) takenInPass();
  EXPECT_EQ(taken_.size(), 60U);
}

TEST_F(AcceptorTest, APassTakesABatchAtMost) {
  connect(200);
  std::size_t most = 0;
  for (int passes = 0; passes < 100 && taken_.size() < 200; ++passes) {
    most = std::max(most, takenInPass());
  }
  EXPECT_EQ(taken_.size(), 200U);
  EXPECT_EQ(most, 64U);
}

TEST_F(AcceptorTest, ThoseWithoutRoomAreTakenOnceThereIsRoom) {
  room_ = 3;
  connect(5);
  for (int passes = 0; passes < 10; ++passes) takenInPass();
  EXPECT_EQ(taken_.size(), 3U);
  room_ = 5;
  acceptor_->onRoom();
  for (int passes = 0; passes < 10; ++passes) takenInPass();
  EXPECT_EQ(taken_.size(), 5U);
}

TEST_F(AcceptorTest, TheEndTakesAllThatTheKernelHasCompleted) {
  connect(5);
  acceptor_->finish(clock_.now());
  EXPECT_EQ(taken_.size(), 5U);
}

/// A socket of the abstract namespace: one port has not enough connections for that many.
TEST(AcceptorEnd, ClientsThatComeBackAsFastAsTheyAreSentAwayDoNotPutItOffForEver) {
  constexpr int kLargestBacklog = 65535;
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_un address{AF_UNIX, {}};
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), generic, sizeof address.sun_family), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  socklen_t length = sizeof address;
  ASSERT_EQ(::getsockname(listener.get(), generic, &length), 0);
  UniqueFd client;
  const auto comeBack = [&] {
    client.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(client.get(), generic, length), 0);
  };
  const SteadyClock clock;
  Timers timers;
  Poller poller;
  int taken = 0;
  Acceptor acceptor(poller, timers, clock, Poco::Logger::get("acceptor"), {listener.get()},
                    {[] { return true; },
                     [&](const UniqueFd&, const sockaddr*, TimePoint) {
                       if (++taken < kLargestBacklog + 10) comeBack();
                     }});
  comeBack();
  acceptor.finish(clock.now());
  EXPECT_EQ(taken, kLargestBacklog);
}

}  // namespace
}  // namespace iotcpd::redirector
