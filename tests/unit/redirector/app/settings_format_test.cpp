#include "redirector/app/settings_format.h"

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using Settings = std::vector<SettingLine>;

/// The value that a file says with these bytes after the name.
std::string valueOf(const std::string& written) {
  const Settings settings = parseSettings("name=" + written);
  EXPECT_EQ(settings.size(), 1U) << written;
  return settings.empty() ? "" : settings.front().value;
}

TEST(ParseSettings, EachLineIsOneSettingWithoutTheBlanksAroundIt) {
  EXPECT_EQ(parseSettings("a=1\n  b : 2\t\n\n\r\n\tc  =  x = y : z  \r\nd\rlast=1"),
            (Settings{{"a", "1"}, {"b", "2"}, {"c", "x = y : z"}, {"d", ""}, {"last", "1"}}));
}

TEST(ParseSettings, CommentsHaveALineOfTheirOwn) {
  EXPECT_EQ(parseSettings("# a=1\n  ! b=2\\\nc=3 # no comment\n#"),
            (Settings{{"c", "3 # no comment"}}));
}

TEST(ParseSettings, NothingIsNoSetting) {
  EXPECT_EQ(parseSettings(""), Settings{});
  EXPECT_EQ(parseSettings(" \n\r\n\t"), Settings{});
}

TEST(ParseSettings, ANameThatComesAgainIsThereAgain) {
  EXPECT_EQ(parseSettings("a=1\na=2\n"), (Settings{{"a", "1"}, {"a", "2"}}));
}

TEST(ParseSettings, AnEscapeStandsForOneByte) {
  EXPECT_EQ(valueOf(R"(\t|\r|\n|\f|\\|\#|\x|\")"), "\t|\r|\n|\f|\\|#|x|\"");
}

TEST(ParseSettings, ABackslashAtTheEndOfALineJoinsTheNextOneToIt) {
  EXPECT_EQ(parseSettings("a=one\\\n two\\\r\n three\\\rfour\nb=2"),
            (Settings{{"a", "one two threefour"}, {"b", "2"}}));
}

TEST(ParseSettings, ABackslashAtTheEndOfTheTextIsNothing) { EXPECT_EQ(valueOf("one\\"), "one"); }

TEST(ParseSettings, BlanksAtTheEndsCountWhenTheyAreEscaped) {
  EXPECT_EQ(valueOf(" \\  x \\  "), "  x  ");
  EXPECT_EQ(valueOf("\\tx\\r \t"), "\tx\r");
  EXPECT_EQ(valueOf(" x\ty "), "x\ty");
  EXPECT_EQ(valueOf("\\ "), " ");
}

/// Every value of up to `most` bytes out of those that mean something to the format.
std::vector<std::string> valuesUpTo(std::size_t most) {
  const std::string bytes = " \\\t\r\n\f\v#=:nx";
  std::vector<std::string> values{""};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].size() == most) continue;
    for (const char byte : bytes) values.push_back(values[i] + byte);
  }
  return values;
}

TEST(SettingText, EveryValueReadsBackAsItselfFromOneLine) {
  for (const std::string& value : valuesUpTo(4)) {
    const std::string text = settingText({"name", value});
    ASSERT_EQ(text.find_first_of("\r\n"), text.size() - 1) << text;
    ASSERT_EQ(parseSettings(text + "next=1"), (Settings{{"name", value}, {"next", "1"}})) << text;
  }
}

TEST(SettingText, AnOrdinaryValueIsWrittenAsItIs) {
  EXPECT_EQ(settingText({"daemon", "awk '{ print }' #"}), "daemon = awk '{ print }' #\n");
}

}  // namespace
}  // namespace iotcpd::redirector
