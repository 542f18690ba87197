#include "redirector/edge/trace_writer.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

TimePoint at(std::int64_t nanoseconds) { return TimePoint(Nanoseconds(nanoseconds)); }

TEST(TraceLine, ARepliedQueryNamesItsDaemonAndTimes) {
  const QueryTrace query{"GET /\n", 3, 2, 4711, at(100), at(200), at(250)};
  EXPECT_EQ(traceLine(query, Cause::kNone, at(300)),
            R"({"request":"GET /\u000a","outcome":"replied","cause":null,"worker":3,)"
            R"("incarnation":2,"pid":4711,"complete_ns":100,"handed_out_ns":200,)"
            "\"answered_ns\":250,\"decided_ns\":300}\n");
}

TEST(TraceLine, WhatNeverHappenedIsNull) {
  EXPECT_EQ(traceLine({}, Cause::kEof, at(300)),
            R"({"request":"","outcome":"failed","cause":"eof","worker":null,)"
            R"("incarnation":null,"pid":null,"complete_ns":null,"handed_out_ns":null,)"
            "\"answered_ns\":null,\"decided_ns\":300}\n");
}

TEST(TraceLine, EveryByteValueFitsIntoJson) {
  QueryTrace query;
  query.head = std::string("\"\\\0\xff", 4);
  const std::string line = traceLine(query, Cause::kEof, at(1));
  EXPECT_TRUE(line.starts_with(R"({"request":"\"\\\u0000\u00ff",)")) << line;
}

TEST(TraceFile, WhatCannotBeOpenedIsNone) {
  EXPECT_EQ(TraceFile::open("/nonexistent/directory/trace"), nullptr);
  EXPECT_EQ(errno, ENOENT);
}

TEST(TraceWriter, IsOffUnlessItHasAFile) { EXPECT_FALSE(TraceWriter().enabled()); }

TEST(TraceWriter, ALineThatCannotBeWrittenIsCounted) {
  TraceWriter writer;
  writer.use(TraceFile::open("/dev/full"));
  ASSERT_TRUE(writer.enabled());
  writer.write({}, Cause::kEof, at(1));
  EXPECT_EQ(writer.dropped(), 1U);
}

TEST(TraceWriter, WhatWasDroppedStaysCountedWhenItIsOff) {
  TraceWriter writer;
  writer.use(TraceFile::open("/dev/full"));
  writer.write({}, Cause::kEof, at(1));
  writer.use(nullptr);
  EXPECT_FALSE(writer.enabled());
  EXPECT_EQ(writer.dropped(), 1U);
}

}  // namespace
}  // namespace iotcpd::redirector
