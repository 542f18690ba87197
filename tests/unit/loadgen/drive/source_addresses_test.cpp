#include "loadgen/drive/source_addresses.h"

#include <sys/socket.h>

#include <gtest/gtest.h>

#include "loadgen/drive/peer_address.h"

namespace iotcpd::loadgen {
namespace {

std::string complaintOf(const std::string& address) {
  try {
    const SourceAddresses sources({"127.0.0.1", address}, AF_INET);
  } catch (const TargetError& e) {
    return e.what();
  }
  return "";
}

TEST(SourceAddresses, OneThatNothingCanConnectFromIsNamed) {
  EXPECT_EQ(complaintOf("127.0.0.2"), "");
  // TEST-NET-1 of RFC 5737: nobody's.
  EXPECT_EQ(complaintOf("192.0.2.1"), "--source '192.0.2.1': Cannot assign requested address");
  EXPECT_EQ(complaintOf("::1"), "--source '::1': the target is of another family of addresses");
  EXPECT_EQ(complaintOf("a\nb"), "--source 'a\\x0ab': accepted is an IP address in numbers");
}

}  // namespace
}  // namespace iotcpd::loadgen
