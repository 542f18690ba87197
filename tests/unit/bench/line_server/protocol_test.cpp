#include "tests/bench/line_server/protocol.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace yardstick {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// One connection: what it was given and what has come back.
struct Dialogue {
  Protocol protocol = Protocol::kDetect;
  bool closes = false;
  std::string reply{};
  Taken last{};

  /// Takes what is complete; returns how many bytes that was.
  std::size_t say(std::string_view input) {
    std::size_t at = 0;
    for (;;) {
      last = takeRequest(protocol, input.substr(at), closes, reply);
      if (last.bytes == 0 || last.isLast) return at + last.bytes;
      at += last.bytes;
    }
  }
};

TEST(LineServerProtocol, LinesComeBackAsTheyAre) {
  Dialogue dialogue;
  EXPECT_EQ(dialogue.say("one\ntwo\r\nthr"), 9U);
  EXPECT_EQ(dialogue.reply, "one\ntwo\r\n");
  EXPECT_EQ(dialogue.protocol, Protocol::kLine);
}

TEST(LineServerProtocol, TheFirstLineDecidesAndIsWaitedFor) {
  Dialogue dialogue;
  EXPECT_EQ(dialogue.say("GET / HTTP/1.1"), 0U);
  EXPECT_EQ(dialogue.protocol, Protocol::kDetect);
  dialogue.say(kGet);
  EXPECT_EQ(dialogue.protocol, Protocol::kHttp);
}

TEST(LineServerProtocol, ARewritersLineThatEndsInGetIsALine) {
  Dialogue dialogue;
  dialogue.say("http://example.com/ 10.0.0.1/- - GET\n");
  EXPECT_EQ(dialogue.protocol, Protocol::kLine);
}

TEST(LineServerProtocol, AGivenProtocolIsNotGuessed) {
  Dialogue dialogue{.protocol = Protocol::kLine};
  dialogue.say("PING\r\n");
  EXPECT_EQ(dialogue.reply, "PING\r\n");
}

TEST(LineServerProtocol, HttpKeepsTheConnectionUnlessSomebodyWantsItClosed) {
  struct Case {
    std::string_view request;
    bool serverCloses;
    bool isLast;
    std::string_view announced;
  };
  for (const Case& one : std::vector<Case>{
           {kGet, false, false, "Connection: keep-alive"},
           {kGet, true, false, "Connection: close"},
           {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false, true, "Connection: close"},
           {"GET / HTTP/1.0\r\n\r\n", false, true, "Connection: close"},
           {"GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n", false, false,
            "Connection: keep-alive"},
       }) {
    SCOPED_TRACE(one.request);
    Dialogue dialogue{.closes = one.serverCloses};
    const Taken taken =
        takeRequest(dialogue.protocol, one.request, one.serverCloses, dialogue.reply);
    EXPECT_EQ(taken.bytes, one.request.size());
    EXPECT_EQ(taken.isLast, one.isLast);
    EXPECT_TRUE(dialogue.reply.starts_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"));
    EXPECT_NE(dialogue.reply.find(one.announced), std::string::npos) << dialogue.reply;
    EXPECT_TRUE(dialogue.reply.ends_with("\r\n\r\nOK"));
  }
}

TEST(LineServerProtocol, AnHttpBodyIsWaitedForAndSkipped) {
  constexpr std::string_view kPost = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  Dialogue dialogue;
  EXPECT_EQ(dialogue.say(kPost.substr(0, kPost.size() - 1)), 0U);
  EXPECT_EQ(dialogue.reply, "");
  EXPECT_EQ(dialogue.say(kPost), kPost.size());
}

TEST(LineServerProtocol, AnHttpBodyOfNoLengthEndsTheConversation) {
  Dialogue dialogue;
  dialogue.say("POST / HTTP/1.1\r\nContent-Length: three\r\n\r\n");
  EXPECT_TRUE(dialogue.last.isMalformed);
}

TEST(LineServerProtocol, InlinePingsArePipelined) {
  Dialogue dialogue;
  EXPECT_EQ(dialogue.say("PING\r\nPING\r\nPI"), 12U);
  EXPECT_EQ(dialogue.reply, "+PONG\r\n+PONG\r\n");
}

TEST(LineServerProtocol, ArraysAreAnsweredAsRedisDoes) {
  Dialogue dialogue;
  dialogue.say(
      "*1\r\n$4\r\nPING\r\n"
      "*2\r\n$4\r\necho\r\n$5\r\na\r\nbc\r\n"
      "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"
      "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
      "*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$4\r\nsave\r\n"
      "*1\r\n$8\r\nFLUSHALL\r\n");
  EXPECT_EQ(dialogue.reply,
            "+PONG\r\n"
            "$5\r\na\r\nbc\r\n"
            "+OK\r\n"
            "$3\r\nxxx\r\n"
            "*2\r\n$4\r\nsave\r\n$0\r\n\r\n"
            "-ERR this server knows PING, ECHO, SET, GET, CONFIG GET\r\n");
}

TEST(LineServerProtocol, AnArrayIsWaitedForByteByByte) {
  constexpr std::string_view kEcho = "*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n";
  for (std::size_t length = 1; length < kEcho.size(); ++length) {
    Dialogue dialogue{.protocol = Protocol::kResp};
    EXPECT_EQ(dialogue.say(kEcho.substr(0, length)), 0U) << length;
    EXPECT_FALSE(dialogue.last.isMalformed) << length;
    EXPECT_EQ(dialogue.reply, "") << length;
  }
}

TEST(LineServerProtocol, WhatIsNoArrayEndsTheConversation) {
  for (const std::string_view text :
       {"*x\r\n", "*1\r\n+4\r\n", "*1\r\n$-1\r\n", "*99999999999999999999\r\n"}) {
    Dialogue dialogue;
    dialogue.say(text);
    EXPECT_TRUE(dialogue.last.isMalformed) << text;
  }
}

TEST(LineServerProtocol, AHugeAnnouncedLengthIsOnlyWaitedFor) {
  Dialogue dialogue;
  EXPECT_EQ(dialogue.say("*1\r\n$18446744073709551615\r\nabc\r\n"), 0U);
  EXPECT_FALSE(dialogue.last.isMalformed);
}

TEST(LineServerProtocol, NamesAreExact) {
  EXPECT_EQ(protocolNamed("auto"), Protocol::kDetect);
  EXPECT_EQ(protocolNamed("resp"), Protocol::kResp);
  EXPECT_EQ(protocolNamed("RESP"), std::nullopt);
}

}  // namespace
}  // namespace yardstick
