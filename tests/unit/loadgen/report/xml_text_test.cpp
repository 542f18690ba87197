#include "loadgen/report/xml_text.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

TEST(XmlText, MarkupIsEscaped) {
  EXPECT_EQ(xmlText("<a b=\"c\">&]]></a>"), "&lt;a b=&quot;c&quot;&gt;&amp;]]&gt;&lt;/a&gt;");
}

TEST(XmlText, ControlCharactersAreShown) {
  EXPECT_EQ(xmlText(std::string("\0\x1b\x7f\r", 4)), "\\x00\\x1b\\x7f\\x0d");
  EXPECT_EQ(xmlText("a\n\tb"), "a&#10;&#9;b");
}

TEST(XmlText, Utf8Stays) {
  EXPECT_EQ(xmlText("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
            "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(XmlText, BrokenUtf8AndWhatXmlForbidsIsShown) {
  EXPECT_EQ(xmlText("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(xmlText("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(xmlText("\xe0\x80\x80"), "\\xe0\\x80\\x80");
  EXPECT_EQ(xmlText("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(xmlText("\xef\xbf\xbf"), "\\xef\\xbf\\xbf");
  EXPECT_EQ(xmlText("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(xmlText("\xe2\x82z"), "\\xe2\\x82z");
}

}  // namespace
}  // namespace iotcpd::loadgen
