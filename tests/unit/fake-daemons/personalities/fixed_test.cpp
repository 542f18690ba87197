#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/text/scanner.h"
#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

std::string replyOf(std::string_view text) {
  Request request;
  request.line = "GET tk_0123456789abcdef {pid}\n";
  request.token = std::string_view(request.line).substr(4, 19);
  request.sequence = 42;
  request.slept = std::chrono::microseconds(1234) + Nanoseconds(999);
  return makeFixed(text, {7, 3, 2})->reply(request);
}

std::string errorOf(std::string_view text) {
  try {
    static_cast<void>(makeFixed(text, {}));
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

TEST(Fixed, AnswersItsTextWithANewline) {
  EXPECT_EQ(replyOf("OK"), "OK\n");
  EXPECT_EQ(replyOf(""), "\n");
}

TEST(Fixed, EachPlaceholderHasItsValue) {
  EXPECT_EQ(replyOf("{line}"), "GET tk_0123456789abcdef {pid}\n");
  EXPECT_EQ(replyOf("{token}"), "tk_0123456789abcdef\n");
  EXPECT_EQ(replyOf("{pid}"), fmt::format("{}\n", ::getpid()));
  EXPECT_EQ(replyOf("{worker}"), "3\n");
  EXPECT_EQ(replyOf("{incarnation}"), "2\n");
  EXPECT_EQ(replyOf("{seq}"), "42\n");
  EXPECT_EQ(replyOf("{slept_us}"), "1234\n");
}

TEST(Fixed, PlaceholdersMayStandAnywhereAndMoreThanOnce) {
  EXPECT_EQ(replyOf("a{seq}{worker}b{seq}c"), "a423b42c\n");
}

TEST(Fixed, ABraceWrittenTwiceIsABrace) {
  EXPECT_EQ(replyOf("{{}}"), "{}\n");
  EXPECT_EQ(replyOf("{{seq}}"), "{seq}\n");
  EXPECT_EQ(replyOf("{{{seq}}}"), "{42}\n");
  EXPECT_EQ(replyOf("a{{b"), "a{b\n");
}

TEST(Fixed, ARequestWithoutATokenOrLineLeavesThemEmpty) {
  EXPECT_EQ(makeFixed("<{line}|{token}>", {})->reply({}), "<|>\n");
}

TEST(Fixed, WhatIsNoPlaceholderIsMarked) {
  constexpr std::string_view kExpected =
      "expected one of {line} {token} {pid} {worker} {incarnation} {seq} {slept_us}, or a brace "
      "written twice at column ";
  for (const auto& [text, column] :
       std::vector<std::pair<std::string_view, int>>{{"{", 1},
                                                     {"}", 1},
                                                     {"ab{", 3},
                                                     {"{x}", 1},
                                                     {"a{seq}{ seq}", 7},
                                                     {"{{}", 3},
                                                     {"{seq", 1},
                                                     {"{SEQ}", 1},
                                                     {"{}", 1}}) {
    const std::string error = errorOf(text);
    EXPECT_TRUE(error.starts_with(fmt::format("{}{}: ", kExpected, column)))
        << text << "\n  " << error;
  }
}

}  // namespace
}  // namespace iotcpd::fake
