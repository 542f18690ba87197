#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string_view>

#include <gtest/gtest.h>

#include "common/os/unique_fd.h"
#include "loadgen/drive/connection.h"
#include "tests/unit/loadgen/drive/wire_fixture.h"

namespace iotcpd::loadgen {
namespace {

/// One request on a connection to a socket of the test, whose reply is there when the poller is
/// asked next; no timer is run meanwhile, as where the generator was held up in a turn.
class LateReplyTest : public WireFixture {
 protected:
  LateReplyTest() {
    auto& address = reinterpret_cast<sockaddr_in&>(wire_.target.address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    wire_.target.length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), generic, wire_.target.length), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener_.get(), generic, &wire_.target.length), 0);
    wire_.timeout = std::chrono::hours(1);
    wire_.keepAlive = true;
    recorder_.begin(steadyNow());
  }

  void askAndReply(Connection& connection, std::string_view reply) {
    const TimePoint now = steadyNow();
    connection.add({.due = {}, .line = "x\n"}, now, Nanoseconds(), now);
    connection.flush(now);
    const UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
    // Connecting is over in one turn, sending in the same or the next.
    while (connection.isConnecting()) {
      ASSERT_LT(steadyNow(), now + std::chrono::seconds(10)) << "it never connects";
      poller_.dispatch(steadyNow(), steadyNow());
    }
    EXPECT_EQ(::write(peer.get(), reply.data(), reply.size()), static_cast<ssize_t>(reply.size()));
    for (int turn = 0; turn < 3; ++turn) poller_.dispatch(steadyNow(), steadyNow());
  }

  UniqueFd listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST_F(LateReplyTest, OneThatIsReadInTimeIsGood) {
  Connection connection(wire_, 1);
  askAndReply(connection, "x\n");
  EXPECT_NE(wire_.lastOk, TimePoint());
  EXPECT_EQ(connection.outstanding(), 0U);
}

TEST_F(LateReplyTest, OneThatIsReadWhenTheTimeIsUpIsNoneAndEndsTheConnection) {
  wire_.timeout = Nanoseconds(0);
  Connection connection(wire_, 1);
  askAndReply(connection, "x\n");
  EXPECT_EQ(wire_.lastOk, TimePoint());
  EXPECT_EQ(connection.outstanding(), 0U);
  EXPECT_FALSE(connection.isOpen());
}

}  // namespace
}  // namespace iotcpd::loadgen
