#include "loadgen/plan/access_log.h"

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"

namespace iotcpd::loadgen {
namespace {

TEST(AccessLog, ALineOfSquidIsTakenApart) {
  const AccessLogEntry entry = parseAccessLogLine(
      "1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://a.b/c?d joe "
      "DIRECT/1.2.3.4 text/html");
  EXPECT_EQ(entry.beganMs, 1'286'536'308'599);
  EXPECT_EQ(entry.client, "192.168.0.224");
  EXPECT_EQ(entry.method, "GET");
  EXPECT_EQ(entry.url, "http://a.b/c?d");
  EXPECT_EQ(entry.ident, "joe");
  EXPECT_TRUE(entry.isRequest());
}

TEST(AccessLog, BlanksAroundAndFieldsAfterTheTenthDoNotMatter) {
  const AccessLogEntry entry =
      parseAccessLogLine("  1.000\t-5 c X/0 0 CONNECT h:443 - NONE/- -  [more] fields ");
  EXPECT_EQ(entry.beganMs, 1005);
  EXPECT_EQ(entry.url, "h:443");
}

TEST(AccessLog, WhatWasNoRequestIsKnownByItsUrl) {
  EXPECT_FALSE(parseAccessLogLine("1.000 0 c NONE/000 0 NONE error:transaction-end-before-headers "
                                  "- HIER_NONE/- -")
                   .isRequest());
}

TEST(AccessLog, ALineThatIsNoneIsMarkedWhereItIsWrong) {
  expectRefusals(
      {
          {"", 1, "a time such as 1286536308.779"},
          {"# comment", 1, "a time such as 1286536308.779"},
          {"1286536308 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"1.77 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"1.7790 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {".779 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"1.7x9 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"x.779 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"100000000000.779 1 c X/0 0 GET u - N/- -", 1, "a time such as 1286536308.779"},
          {"1.000 fast c X/0 0 GET u - N/- -", 7, "a whole number from 0 to 1000000000"},
          {"1.000 1000000001 c X/0 0 GET u - N/- -", 7, "a whole number from 0 to 1000000000"},
          {"1.000 5ms c X/0 0 GET u - N/- -", 8, "a blank after the elapsed ms"},
          {"1.000 1", 8, "a blank after the elapsed ms"},
          {"1.000 1 ", 9, "a client"},
          {"1.000 1 c", 10, "a code and status"},
          {"1.000 1 c X/0", 14, "a number of bytes"},
          {"1.000 1 c X/0 0 ", 17, "a method"},
          {"1.000 1 c X/0 0 GET", 20, "a URL"},
          {"1.000 1 c X/0 0 GET u", 22, "an ident or '-'"},
          {"1.000 1 c X/0 0 GET u -", 24, "a hierarchy"},
          {"1.000 1 c X/0 0 GET u - N/-", 28, "a content type or '-'"},
      },
      parseAccessLogLine);
}

}  // namespace
}  // namespace iotcpd::loadgen
