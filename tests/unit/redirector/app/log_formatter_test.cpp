#include "redirector/app/log_formatter.h"

#include <climits>
#include <string>

#include <Poco/JSON/Parser.h>
#include <Poco/Message.h>
#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

Poco::Message message(const std::string& text) {
  Poco::Message result("iotcpd", text, Poco::Message::PRIO_WARNING);
  result.setTime(Poco::Timestamp(1'763'851'769'123'000));
  return result;
}

TEST(TextFormatter, ALineHasTimeLevelAndText) {
  std::string line;
  TextFormatter().format(message("daemon[3] pid 7 condemned: timeout"), line);
  EXPECT_EQ(line, "2025-11-22T22:49:29.123Z warning daemon[3] pid 7 condemned: timeout");
}

TEST(TextFormatter, ControlBytesCannotForgeALine) {
  std::string line;
  TextFormatter().format(message("a\nb\x1b[2Jc\x7f"), line);
  EXPECT_TRUE(line.ends_with("a\\x0ab\\x1b[2Jc\\x7f")) << line;
}

TEST(JsonFormatter, ALineIsOneObject) {
  std::string line;
  JsonFormatter().format(message("say \"hi\"\n"), line);
  const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
  EXPECT_EQ(object->getValue<std::string>("level"), "warning");
  EXPECT_EQ(object->getValue<std::string>("message"), "say \"hi\"\\x0a");
  EXPECT_EQ(object->getValue<std::string>("time"), "2025-11-22T22:49:29.123Z");
}

TEST(JsonFormatter, TheLongestLineIsWholeAndFitsIntoAPipe) {
  std::string line;
  JsonFormatter().format(message(std::string(1024, '\x01')), line);
  EXPECT_LT(line.size(), std::size_t{PIPE_BUF});
  const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
  EXPECT_TRUE(object->getValue<std::string>("message").starts_with("\\x01\\x01"));
}

TEST(JsonFormatter, BytesThatAreNotUtf8DoNotBreakTheLine) {
  std::string line;
  JsonFormatter().format(message("caf\xe9"), line);
  const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
  EXPECT_EQ(object->getValue<std::string>("message"), "caf?");
}

}  // namespace
}  // namespace iotcpd::redirector
