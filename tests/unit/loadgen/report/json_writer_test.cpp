#include "loadgen/report/json_writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

template <typename Write>
std::string written(Write write) {
  JsonWriter json;
  json.beginArray(JsonWriter::Layout::kOneLine);
  write(json);
  json.end();
  std::string text = json.take();
  return text.substr(1, text.size() - 3);
}

TEST(JsonWriter, LaysOutByLinesOrInOne) {
  JsonWriter json;
  json.beginObject();
  json.key("a").count(1);
  json.key("b").beginArray();
  json.boolean(true);
  json.beginObject(JsonWriter::Layout::kOneLine);
  json.key("c").null();
  json.key("d").beginArray();
  json.integer(-1);
  json.integer(2);
  json.end();
  json.end();
  json.end();
  json.key("e").beginObject();
  json.end();
  json.end();
  EXPECT_EQ(json.take(),
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    {\"c\": null, \"d\": [-1, 2]}\n  ],\n"
            "  \"e\": {}\n}\n");
}

TEST(JsonWriter, TimesAreExactToTheNanosecond) {
  EXPECT_EQ(written([](JsonWriter& json) { json.milliseconds(Nanoseconds(1'234'567'890)); }),
            "1234.56789");
  EXPECT_EQ(written([](JsonWriter& json) { json.milliseconds(Nanoseconds(1)); }), "0.000001");
  EXPECT_EQ(written([](JsonWriter& json) { json.seconds(Nanoseconds(2'000'000'000)); }), "2");
  EXPECT_EQ(written([](JsonWriter& json) { json.seconds(Nanoseconds(-500'000'000)); }), "-0.5");
}

TEST(JsonWriter, WhatIsNoNumberIsNull) {
  EXPECT_EQ(
      written([](JsonWriter& json) { json.number(std::numeric_limits<double>::quiet_NaN()); }),
      "null");
  EXPECT_EQ(written([](JsonWriter& json) { json.number(std::optional<double>()); }), "null");
  EXPECT_EQ(written([](JsonWriter& json) { json.number(0.1); }), "0.1");
}

TEST(JsonWriter, TextsAreEscaped) {
  EXPECT_EQ(written([](JsonWriter& json) { json.text("a\"\\\n\xff"); }),
            "\"a\\\"\\\\\\u000a\\u00ff\"");
}

}  // namespace
}  // namespace iotcpd::loadgen
