#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fake-daemons/personalities/kinds.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::fake {
namespace {

constexpr std::string_view kBroken = "BH message=\"expected URL ip/fqdn ident method\"\n";

/// With the patterns given, one a line.
std::string replyOf(std::string_view patterns, const std::string& line) {
  const TemporaryFile file(patterns);
  const auto squidGuard = makeSquidGuard(file.path());
  Request request;
  request.line = line;
  return squidGuard->reply(request);
}

TEST(SquidGuard, LeavesAnUrlThatNoPatternMatchesAsItIs) {
  EXPECT_EQ(replyOf("", "http://foo.com/ 10.0.0.1/- - GET\n"), "ERR\n");
  EXPECT_EQ(replyOf("ads[.]", "http://foo.com/ 10.0.0.1/- - GET\n"), "ERR\n");
}

TEST(SquidGuard, RedirectsToThePlaceholderPageUnlessThePatternSaysWhere) {
  EXPECT_EQ(replyOf("ads[.]", "http://ads.com/ 10.0.0.1/- - GET\n"),
            "OK status=302 url=\"http://foo.bar?found=http://ads.com/\"\n");
  EXPECT_EQ(replyOf("ads[.] http://block/?{url}&{url}", "http://ads.com/ 10.0.0.1/- - GET\n"),
            "OK status=302 url=\"http://block/?http://ads.com/&http://ads.com/\"\n");
}

TEST(SquidGuard, APlaceholderInTheUrlItselfIsLeftAlone) {
  EXPECT_EQ(replyOf("x http://b/{url}", "http://x/{url} 10.0.0.1/- - GET\n"),
            "OK status=302 url=\"http://b/http://x/{url}\"\n");
}

TEST(SquidGuard, TakesTheFirstPatternThatMatchesAndMatchesTheUrlAlone) {
  EXPECT_EQ(replyOf("b 1\na 2\n", "http://ab/ 10.0.0.1/- - GET\n"), "OK status=302 url=\"1\"\n");
  EXPECT_EQ(replyOf("GET 1", "http://ab/ 10.0.0.1/- - GET\n"), "ERR\n");
}

TEST(SquidGuard, MoreFieldsAndMoreBlanksDoNoHarm) {
  for (const std::string line :
       {"http://a/ 10.0.0.1/- - GET myip=10.0.0.2 myport=3128\n", "http://a/ 10.0.0.1/h.x i GET",
        " http://a/\t10.0.0.1/-  -   GET \n", "http://a/ ::1/- - GET\n"}) {
    EXPECT_EQ(replyOf("", line), "ERR\n") << line;
  }
}

TEST(SquidGuard, WhatIsNoRequestIsAnsweredAsBroken) {
  for (const std::string line :
       {"\n", "http://a/\n", "http://a/ 10.0.0.1/-\n", "http://a/ 10.0.0.1/- -\n",
        "http://a/ 10.0.0.1 - GET\n", "    \n", "http://a/ 10.0.0.1/- - \n"}) {
    EXPECT_EQ(replyOf("a", line), kBroken) << line;
  }
}

TEST(SquidGuard, WithoutAFileNothingIsRedirected) {
  Request request;
  request.line = "http://ads.com/ 10.0.0.1/- - GET\n";
  EXPECT_EQ(makeSquidGuard("")->reply(request), "ERR\n");
}

TEST(SquidGuard, CommentsAndEmptyLinesInTheFileAreSkipped) {
  EXPECT_EQ(replyOf("# a\n\n  \t\n  # b\nc 1\n", "http://a.b.c/ 10.0.0.1/- - GET\n"),
            "OK status=302 url=\"1\"\n");
  EXPECT_EQ(replyOf("# a\n", "http://#a/ 10.0.0.1/- - GET\n"), "ERR\n");
}

TEST(SquidGuard, AWrongPatternIsNamedWithItsLine) {
  const TemporaryFile file("a\n\nb(\n");
  try {
    static_cast<void>(makeSquidGuard(file.path()));
    FAIL() << "accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(e.what(),
              "'" + file.path() + "' line 3: 'b(' is no regular expression: Unmatched ( or \\(");
  }
}

TEST(SquidGuard, AFileThatCannotBeReadIsNamed) {
  try {
    static_cast<void>(makeSquidGuard("/does/not\n/exist"));
    FAIL() << "accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "'/does/not\\x0a/exist' cannot be read: No such file or directory");
  }
}

TEST(SquidGuard, QuotesWhatWouldEndItsUrl) {
  const TemporaryFile patterns("evil http://x/?{url}\n");
  const auto personality = makeSquidGuard(patterns.path());
  Request request;
  request.line = "evil\"\\ 1.2.3.4/- - GET\n";
  EXPECT_EQ(personality->reply(request), "OK status=302 url=\"http://x/?evil\\\"\\\\\"\n");
}

}  // namespace
}  // namespace iotcpd::fake
