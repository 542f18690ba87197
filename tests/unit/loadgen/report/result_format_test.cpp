#include "loadgen/report/result_format.h"

#include <gtest/gtest.h>

#include "common/time/clock.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::system_clock;

TEST(ResultFormat, InstantsComeBackToTheNanosecond) {
  for (const std::int64_t ns :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'795'690'800'123'456'789}}) {
    const system_clock::time_point instant{
        std::chrono::duration_cast<system_clock::duration>(Nanoseconds(ns))};
    EXPECT_EQ(parseInstant(formatInstant(instant)), instant);
  }
  EXPECT_EQ(formatInstant(system_clock::time_point{}), "1970-01-01T00:00:00.000000000Z");
}

TEST(ResultFormat, WhatIsNoInstantIsRefused) {
  EXPECT_TRUE(parseInstant("2026-12-31T23:59:59.999999999Z"));
  for (const char* text : {"", "2026-12-31", "2026-12-31T23:59:59Z",
                           "2026-12-31 23:59:59.999999999Z", "2026-13-31T23:59:59.999999999Z",
                           "2026-02-30T23:59:59.999999999Z", "2026-12-31T24:59:59.999999999Z",
                           "2026-12-31T23:60:59.999999999Z", "2026-12-31T23:59:60.999999999Z",
                           "9999-12-31T23:59:59.999999999Z", "2026-12-31T23:59:59.99999999xZ"}) {
    EXPECT_FALSE(parseInstant(text)) << text;
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
