#include "loadgen/drive/connection_pool.h"

#include <deque>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/drive/wire_fixture.h"

namespace iotcpd::loadgen {
namespace {

/// Connections that are never opened: a pool looks at how busy they are alone.
class ConnectionPoolTest : public WireFixture {
 protected:
  static constexpr std::size_t kPipeline = 3;

  ConnectionPoolTest() {
    for (int i = 0; i < 3; ++i) pool_.put(connections_.emplace_back(wire_, kPipeline));
  }

  static void addTo(Connection& connection) {
    connection.add({.due = {}, .line = "x\n"}, TimePoint(), Nanoseconds(), TimePoint());
  }
  /// Takes one, gives it a request and puts it back.
  Connection* use() {
    Connection* connection = pool_.take();
    addTo(*connection);
    pool_.put(*connection);
    return connection;
  }

  std::deque<Connection> connections_;
  ConnectionPool pool_{kPipeline};
};

TEST_F(ConnectionPoolTest, EachTakesARequestBeforeAnyTakesTwo) {
  for (int round = 0; round < 2; ++round) {
    for (Connection& connection : connections_) EXPECT_EQ(use(), &connection) << round;
  }
}

TEST_F(ConnectionPoolTest, OneThatIsFullIsNotHandedOut) {
  for (int i = 0; i < 9; ++i) ASSERT_NE(use(), nullptr);
  EXPECT_TRUE(pool_.isEmpty());
  EXPECT_EQ(pool_.take(), nullptr);
}

TEST_F(ConnectionPoolTest, OneThatIsPutTwiceIsInOnce) {
  pool_.put(connections_[0]);
  pool_.put(connections_[0]);
  for (int i = 0; i < 3; ++i) EXPECT_NE(pool_.take(), nullptr);
  EXPECT_EQ(pool_.take(), nullptr);
}

TEST_F(ConnectionPoolTest, OneThatMisbehavesHasItsConnectionToItself) {
  Connection* connection = pool_.take();
  connection->add({.due = {}, .line = "x\n", .behaviour = Behaviour::kRst}, TimePoint(),
                  Nanoseconds(), TimePoint());
  pool_.put(*connection);
  for (int i = 0; i < 6; ++i) EXPECT_NE(use(), connection);
}

}  // namespace
}  // namespace iotcpd::loadgen
