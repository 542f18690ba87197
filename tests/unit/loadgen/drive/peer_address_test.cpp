#include "loadgen/drive/peer_address.h"

#include <sys/un.h>

#include <cstring>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

PeerAddress addressOf(const char* text) { return resolve(EndpointName::parse(text)); }

TEST(PeerAddress, AddressesInNumbersNeedNoLookUp) {
  EXPECT_EQ(addressOf("127.0.0.1:80").family(), AF_INET);
  EXPECT_EQ(addressOf("[::1]:80").family(), AF_INET6);
  EXPECT_TRUE(addressOf("[::1]:80").isTcp());
}

TEST(PeerAddress, OnlyTheWholeOf127IsIpv4Loopback) {
  EXPECT_TRUE(addressOf("127.0.0.1:80").isIpv4Loopback());
  EXPECT_TRUE(addressOf("127.9.8.7:80").isIpv4Loopback());
  EXPECT_FALSE(addressOf("128.0.0.1:80").isIpv4Loopback());
  EXPECT_FALSE(addressOf("[::1]:80").isIpv4Loopback());
}

TEST(PeerAddress, AUnixSocketKeepsItsWholePath) {
  const PeerAddress peer = addressOf("unix:/run/x.sock");
  sockaddr_un address{};
  std::memcpy(&address, &peer.address, sizeof address);
  EXPECT_EQ(peer.family(), AF_UNIX);
  EXPECT_FALSE(peer.isTcp());
  EXPECT_STREQ(address.sun_path, "/run/x.sock");
}

}  // namespace
}  // namespace iotcpd::loadgen
