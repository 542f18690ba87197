#include "common/net/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <optional>
#include <string_view>
#include <unordered_set>

#include <gtest/gtest.h>

#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

/// An address that is known to be one.
IpAddress address(std::string_view text) {
  const std::optional<IpAddress> parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

Cidr network(std::string_view text) {
  const std::optional<Cidr> parsed = Cidr::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Cidr{});
}

TEST(IpAddress, HoldsIpv4AsIpv4Mapped) {
  EXPECT_EQ(address("10.1.2.3"), address("::ffff:10.1.2.3"));
  EXPECT_TRUE(address("10.1.2.3").isV4());
  EXPECT_TRUE(address("::ffff:a01:203").isV4());
  EXPECT_FALSE(address("::10.1.2.3").isV4());
  EXPECT_FALSE(address("::1").isV4());
}

TEST(IpAddress, PrintsTheUsualForm) {
  EXPECT_EQ(address("10.1.2.3").text(), "10.1.2.3");
  EXPECT_EQ(address("::ffff:10.1.2.3").text(), "10.1.2.3");
  EXPECT_EQ(address("2001:DB8:0:0:0:0:0:1").text(), "2001:db8::1");
  EXPECT_EQ(address("::").text(), "::");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4",
                           "localhost", "[::1]", "fe80::1%eth0", "1.2.3.4:80", ":::", "1::2::3",
                           "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)));
}

TEST(IpAddress, IsReadBackAsTheSame) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    IpAddress any = address(random.below(2) == 0 ? "0.0.0.0" : "::");
    const std::size_t first = any.isV4() ? 12 : 0;
    for (std::size_t i = first; i < any.bytes.size(); ++i) {
      if (random.below(3) == 0) any.bytes[i] = static_cast<std::uint8_t>(random.bits());
    }
    ASSERT_EQ(address(any.text()), any) << any.text();
  }
}

TEST(IpAddress, ComesFromTheKernelsForms) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x0a010203);
  sockaddr_storage storage{};
  std::memcpy(&storage, &v4, sizeof v4);
  EXPECT_EQ(IpAddress::fromSockaddr(reinterpret_cast<const sockaddr*>(&storage)),
            address("10.1.2.3"));

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  std::memcpy(&storage, &v6, sizeof v6);
  EXPECT_EQ(IpAddress::fromSockaddr(reinterpret_cast<const sockaddr*>(&storage)), address("::1"));
}

TEST(IpAddress, ThereIsNoneForAUnixSocket) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::fromSockaddr(reinterpret_cast<const sockaddr*>(&storage)));
  EXPECT_FALSE(IpAddress::fromSockaddr(nullptr));
}

TEST(IpAddress, HashTellsNeighboursApart) {
  std::unordered_set<std::size_t> hashes;
  for (int last = 0; last < 256; ++last) {
    IpAddress v4 = address("10.0.0.0");
    IpAddress v6 = address("2001:db8::");
    v4.bytes[15] = v6.bytes[7] = static_cast<std::uint8_t>(last);
    hashes.insert(std::hash<IpAddress>()(v4));
    hashes.insert(std::hash<IpAddress>()(v6));
  }
  EXPECT_EQ(hashes.size(), 512U);
  EXPECT_EQ(std::hash<IpAddress>()(address("::ffff:1.2.3.4")),
            std::hash<IpAddress>()(address("1.2.3.4")));
}

TEST(Cidr, ContainsItsNetworkAndNothingNextToIt) {
  const Cidr ten = network("10.0.0.0/8");
  EXPECT_TRUE(ten.contains(address("10.0.0.0")));
  EXPECT_TRUE(ten.contains(address("10.255.255.255")));
  EXPECT_FALSE(ten.contains(address("9.255.255.255")));
  EXPECT_FALSE(ten.contains(address("11.0.0.0")));
}

TEST(Cidr, CutsInTheMiddleOfAByte) {
  const Cidr cut = network("192.168.16.0/20");
  EXPECT_TRUE(cut.contains(address("192.168.31.255")));
  EXPECT_FALSE(cut.contains(address("192.168.32.0")));
  EXPECT_FALSE(cut.contains(address("192.168.15.255")));
  const Cidr v6 = network("2001:db8::/33");
  EXPECT_TRUE(v6.contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(v6.contains(address("2001:db8:8000::1")));
}

TEST(Cidr, Ipv4NetworkMatchesIpv4MappedAddresses) {
  EXPECT_TRUE(network("10.0.0.0/8").contains(address("::ffff:10.1.2.3")));
  EXPECT_TRUE(network("::ffff:10.0.0.0/104").contains(address("10.1.2.3")));
  EXPECT_FALSE(network("10.0.0.0/8").contains(address("::10.1.2.3")));
}

TEST(Cidr, BareAddressIsThatOneAlone) {
  const Cidr one = network("127.0.0.1");
  EXPECT_EQ(one.prefixBits, 128);
  EXPECT_TRUE(one.contains(address("127.0.0.1")));
  EXPECT_FALSE(one.contains(address("127.0.0.0")));
  EXPECT_TRUE(network("::1").contains(address("::1")));
  EXPECT_FALSE(network("::1/128").contains(address("::2")));
}

TEST(Cidr, ZeroBitsMatchAllOfTheFamily) {
  EXPECT_TRUE(network("0.0.0.0/0").contains(address("255.255.255.255")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(address("::1")));
  EXPECT_TRUE(network("::/0").contains(address("::1")));
  EXPECT_TRUE(network("::/0").contains(address("10.0.0.1")));
}

TEST(Cidr, HostBitsMustBeZero) {
  EXPECT_TRUE(Cidr::parse("10.0.0.128/25"));
  EXPECT_FALSE(Cidr::parse("10.0.0.128/24"));
  EXPECT_FALSE(Cidr::parse("10.0.0.1/31"));
  EXPECT_TRUE(Cidr::parse("10.0.0.1/32"));
  EXPECT_FALSE(Cidr::parse("2001:db8::1/64"));
}

TEST(Cidr, RefusesMoreBitsThanTheFamilyHas) {
  EXPECT_TRUE(Cidr::parse("10.0.0.0/32"));
  EXPECT_FALSE(Cidr::parse("10.0.0.0/33"));
  EXPECT_TRUE(Cidr::parse("::/128"));
  EXPECT_FALSE(Cidr::parse("::/129"));
  EXPECT_FALSE(Cidr::parse("::/4294967297"));
}

TEST(Cidr, RefusesWhatIsNoNetwork) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
                           "10.0.0.0/ 8", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/x", "10/8"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(Cidr, PrintsThePrefixLengthAlways) {
  EXPECT_EQ(network("10.0.0.0/8").text(), "10.0.0.0/8");
  EXPECT_EQ(network("127.0.0.1").text(), "127.0.0.1/32");
  EXPECT_EQ(network("::1").text(), "::1/128");
  EXPECT_EQ(network("::/0").text(), "::/0");
  EXPECT_EQ(network("0.0.0.0/0").text(), "0.0.0.0/0");
}

}  // namespace
}  // namespace iotcpd
