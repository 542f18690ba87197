#include "common/text/json_text.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

TEST(JsonText, LeavesPrintableAsciiAsItIs) {
  EXPECT_EQ(jsonText(""), "\"\"");
  EXPECT_EQ(jsonText("a /~ {}'"), "\"a /~ {}'\"");
}

TEST(JsonText, EscapesQuotesAndBackslashes) { EXPECT_EQ(jsonText("\"\\"), R"("\"\\")"); }

TEST(JsonText, EveryOtherByteIsTheCodePointOfItsNumber) {
  EXPECT_EQ(jsonText(std::string("\0\n\x1f\x7f\x80\xc3\xa9\xff", 8)),
            R"("\u0000\u000a\u001f\u007f\u0080\u00c3\u00a9\u00ff")");
}

TEST(JsonText, IsAsciiInOneLineForEveryByte) {
  for (int code = 0; code < 256; ++code) {
    for (const char byte : jsonText(std::string(1, static_cast<char>(code)))) {
      ASSERT_GE(byte, ' ') << code;
      ASSERT_LE(byte, '~') << code;
    }
  }
}

}  // namespace
}  // namespace iotcpd
