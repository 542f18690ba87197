#include "common/net/endpoint_name.h"

#include <string>

#include <gtest/gtest.h>

#include "common/text/scanner.h"

namespace iotcpd {
namespace {

std::string errorOf(std::string_view text) {
  try {
    static_cast<void>(EndpointName::parse(text));
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

TEST(EndpointName, IsAHostWithAPort) {
  EXPECT_EQ(EndpointName::parse("127.0.0.1:9991"), (EndpointName{"127.0.0.1", 9991, ""}));
  EXPECT_EQ(EndpointName::parse("localhost:1"), (EndpointName{"localhost", 1, ""}));
  EXPECT_EQ(EndpointName::parse("h:65535").port, 65535);
  EXPECT_FALSE(EndpointName::parse("h:1").isUnix());
}

TEST(EndpointName, HasAnIpv6AddressInBrackets) {
  EXPECT_EQ(EndpointName::parse("[::1]:9991"), (EndpointName{"::1", 9991, ""}));
}

TEST(EndpointName, IsThePathOfAUnixSocket) {
  EXPECT_EQ(EndpointName::parse("unix:/run/x:1"), (EndpointName{"", 0, "/run/x:1"}));
  EXPECT_TRUE(EndpointName::parse("unix:x").isUnix());
}

TEST(EndpointName, PrintsAsItWasRead) {
  for (const std::string_view text : {"127.0.0.1:9991", "[::1]:1", "unix:/run/x", "a.b-c:80"}) {
    EXPECT_EQ(EndpointName::parse(text).text(), text);
  }
}

TEST(EndpointName, RefusesWhatHasNoPort) {
  EXPECT_EQ(errorOf("localhost"), "expected :PORT at column 10: localhost<-- HERE ");
  EXPECT_EQ(errorOf("[::1]"), "expected :PORT at column 6: [::1]<-- HERE ");
}

TEST(EndpointName, RefusesPortsThatThereAreNot) {
  EXPECT_EQ(errorOf("h:0"), "expected a port from 1 to 65535 at column 3: h:<-- HERE 0");
  for (const std::string_view text : {"h:65536", "h:", "h:-1", "h:http", "[::1]:0", "h:1 "}) {
    EXPECT_NE(errorOf(text).find("a port from 1 to 65535"), std::string::npos) << text;
  }
}

TEST(EndpointName, RefusesAnIpv6AddressWithoutBracketsAndBracketsAroundAnythingElse) {
  EXPECT_NE(errorOf("::1:80").find("[IPV6]:PORT"), std::string::npos);
  EXPECT_NE(errorOf("fe80::1:80").find("an IPv6 address in brackets"), std::string::npos);
  for (const std::string_view text : {"[::1:80", "[127.0.0.1]:80", "[]:80", "[host]:80"}) {
    EXPECT_NE(errorOf(text).find("an IPv6 address and ]"), std::string::npos) << text;
  }
}

TEST(EndpointName, RefusesWhatIsNoEndpointAtAll) {
  for (const std::string_view text : {"", ":80", "http://host:80/"}) {
    EXPECT_NE(errorOf(text).find("HOST:PORT, [IPV6]:PORT or unix:PATH"), std::string::npos) << text;
  }
}

TEST(EndpointName, RefusesPathsThatASocketCannotHave) {
  EXPECT_NE(errorOf("unix:").find("a path of 1 to 107 bytes"), std::string::npos);
  EXPECT_EQ(errorOf("unix:" + std::string(107, 'x')), "");
  EXPECT_NE(errorOf("unix:" + std::string(108, 'x')).find("a path of 1 to 107"), std::string::npos);
}

}  // namespace
}  // namespace iotcpd
