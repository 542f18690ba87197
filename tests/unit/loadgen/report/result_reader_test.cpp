#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/report/reports.h"
#include "loadgen/report/result_format.h"
#include "tests/unit/loadgen/report/sample_results.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

Result reread(const Result& result) { return readResult(TemporaryFile(jsonReport(result)).path()); }

void expectSame(const HdrHistogram& a, const HdrHistogram& b) {
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
  EXPECT_TRUE(
      std::equal(a.counts().begin(), a.counts().end(), b.counts().begin(), b.counts().end()));
}

void expectSameFigures(const Result& a, const Result& b) {
  EXPECT_EQ(a.measured, b.measured);
  EXPECT_EQ(a.targetRate, b.targetRate);
  EXPECT_EQ(a.planned, b.planned);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.warmupRequests, b.warmupRequests);
  EXPECT_EQ(a.outcomes, b.outcomes);
  EXPECT_EQ(a.misbehaved, b.misbehaved);
  EXPECT_EQ(a.bytesSent, b.bytesSent);
  EXPECT_EQ(a.bytesReceived, b.bytesReceived);
  EXPECT_EQ(a.meanLatency, b.meanLatency);
  EXPECT_EQ(a.meanHalfWidth, b.meanHalfWidth);
  EXPECT_EQ(a.effectiveShare, b.effectiveShare);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) expectSame(a.latency[i], b.latency[i]);
  expectSame(a.service, b.service);
  expectSame(a.sendLag, b.sendLag);
  expectSame(a.connect, b.connect);
  expectSame(a.firstByte, b.firstByte);
}

void expectSameRest(const Result& a, const Result& b) {
  ASSERT_EQ(a.timeline.size(), b.timeline.size());
  for (std::size_t i = 0; i < a.timeline.size(); ++i) {
    EXPECT_EQ(a.timeline[i].start, b.timeline[i].start);
    EXPECT_EQ(a.timeline[i].length, b.timeline[i].length);
    EXPECT_EQ(a.timeline[i].sent, b.timeline[i].sent);
    EXPECT_EQ(a.timeline[i].outcomes, b.timeline[i].outcomes);
    expectSame(a.timeline[i].latency, b.timeline[i].latency);
  }
  expectSame(a.self.ownLag, b.self.ownLag);
  EXPECT_EQ(a.self.cpuShare, b.self.cpuShare);
  EXPECT_EQ(a.self.stealShare, b.self.stealShare);
  EXPECT_EQ(a.self.involuntarySwitches, b.self.involuntarySwitches);
  EXPECT_EQ(a.self.stalled, b.self.stalled);
  EXPECT_EQ(a.self.longestStall, b.self.longestStall);
  EXPECT_EQ(a.self.meanInFlight, b.self.meanInFlight);
  EXPECT_EQ(a.self.littlesInFlight, b.self.littlesInFlight);
  EXPECT_EQ(a.self.problems, b.self.problems);
  EXPECT_EQ(a.self.warnings, b.self.warnings);
  ASSERT_EQ(a.serviceUnderTest.has_value(), b.serviceUnderTest.has_value());
  if (a.serviceUnderTest) {
    EXPECT_EQ(a.serviceUnderTest->command, b.serviceUnderTest->command);
    EXPECT_EQ(a.serviceUnderTest->address, b.serviceUnderTest->address);
    EXPECT_EQ(a.serviceUnderTest->statistics, b.serviceUnderTest->statistics);
    EXPECT_EQ(a.serviceUnderTest->exitCode, b.serviceUnderTest->exitCode);
  }
  EXPECT_EQ(a.daemons, b.daemons);
  ASSERT_EQ(a.assertions.size(), b.assertions.size());
  for (std::size_t i = 0; i < a.assertions.size(); ++i) {
    EXPECT_EQ(a.assertions[i].text, b.assertions[i].text);
    EXPECT_EQ(a.assertions[i].actual, b.assertions[i].actual);
    EXPECT_EQ(a.assertions[i].passed, b.assertions[i].passed);
  }
}

TEST(ResultReader, EverythingSurvives) {
  for (const std::string_view name : kSampleNames) {
    SCOPED_TRACE(name);
    const Result result = makeSample(name).result;
    const Result again = reread(result);
    EXPECT_EQ(again.run, result.run);
    expectSameFigures(again, result);
    expectSameRest(again, result);
  }
}

TEST(ResultReader, AResultOfTheFirstReleaseKnowsOfNoDaemons) {
  std::string json = jsonReport(makeSample("steady").result);
  const std::string line = "  \"daemons\": null,\n";
  const std::size_t at = json.find(line);
  ASSERT_NE(at, std::string::npos);
  json.erase(at, line.size());
  EXPECT_FALSE(readResult(TemporaryFile(json).path()).daemons);
}

/// Why readResult() refuses the JSON of the sample "few" after `from` was replaced by `to`.
std::string refusalOf(const std::string& from, const std::string& to) {
  static const std::string valid = jsonReport(makeSample("few").result);
  std::string json = valid;
  const std::size_t at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  json.replace(at, from.size(), to);
  const TemporaryFile file(json);
  try {
    static_cast<void>(readResult(file.path()));
  } catch (const ResultFileError& error) {
    const std::string line = error.what();
    const std::string begin = "cannot use '" + file.path() + "': ";
    EXPECT_TRUE(line.starts_with(begin)) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    return line.substr(std::min(begin.size(), line.size()));
  }
  return "nothing";
}

/// What a result with so many points in its timeline is refused for.
std::string refusalOfPoints(std::size_t points) {
  Result result = makeSample("few").result;
  result.timeline.resize(points, result.timeline.front());
  try {
    static_cast<void>(reread(result));
  } catch (const ResultFileError& error) {
    const std::string line = error.what();
    return line.substr(line.find("': ") + 3);
  }
  return "nothing";
}

TEST(ResultReader, ATimelineThatNoRunHasIsRefused) {
  EXPECT_EQ(refusalOfPoints(600), "nothing");
  EXPECT_EQ(refusalOfPoints(601), "timeline: it has 601 points, accepted are 600 at the most");
}

TEST(ResultReader, AValidFileIsRefusedForNothing) { EXPECT_EQ(refusalOf("{", "{"), "nothing"); }

TEST(ResultReader, AMissingFieldIsNamed) {
  EXPECT_EQ(refusalOf("\"seed\"", "\"sead\""), "settings.seed: it is missing");
  EXPECT_EQ(refusalOf("\"settings\"", "\"s\""), "settings: it is missing");
}

TEST(ResultReader, AWrongTypeIsNamedWithWhatWasFound) {
  EXPECT_EQ(refusalOf("\"keep_alive\": true", "\"keep_alive\": 1"),
            "settings.keep_alive: expected true or false, found 1");
  EXPECT_EQ(refusalOf("\"pipeline\": 1", "\"pipeline\": \"1\""),
            "settings.pipeline: expected a count, found \"1\"");
  EXPECT_EQ(refusalOf("\"pipeline\": 1", "\"pipeline\": true"),
            "settings.pipeline: expected a count, found true");
  EXPECT_EQ(refusalOf("\"pipeline\": 1", "\"pipeline\": 1.5"),
            "settings.pipeline: expected a count, found 1.5");
  EXPECT_EQ(refusalOf("\"pipeline\": 1", "\"pipeline\": -1"),
            "settings.pipeline: expected a count from 0 to 2^64-1, found -1");
  EXPECT_EQ(refusalOf("\"target\": \"exec:squidGuard -c x.conf\"", "\"target\": {}"),
            "settings.target: expected a text, found an object");
  EXPECT_EQ(refusalOf("\"cpu_share\": 0.31", "\"cpu_share\": null"),
            "self_check.cpu_share: expected a number, found null");
  EXPECT_EQ(refusalOf("\"assertions\": []", "\"assertions\": {}"),
            "assertions: expected an array, found an object");
}

TEST(ResultReader, AnotherFormatOrVersionIsRefused) {
  EXPECT_EQ(refusalOf("iotcpd-loadgen result", "vegeta"),
            "format: expected \"iotcpd-loadgen result\", found \"vegeta\"");
  EXPECT_EQ(refusalOf("\"format_version\": 1", "\"format_version\": 2"),
            "format_version: expected 1, which is what this program reads, found 2");
}

TEST(ResultReader, WhatContradictsItselfIsRefused) {
  EXPECT_EQ(refusalOf("\"planned\": 150", "\"planned\": 151"),
            "planned: expected the sum of all outcomes, which is 150, found 151");
  EXPECT_THAT(refusalOf("\"hdr_v2\": \"", "\"hdr_v2\": \"?"), HasSubstr("timeline[0].latency: "));
  EXPECT_THAT(refusalOf("\"service\": {\"count\": 150", "\"service\": {\"count\": 151"),
              EndsWith("histograms.service: its counts do not sum to its count"));
}

TEST(ResultReader, ValuesOutOfRangeAreRefused) {
  EXPECT_EQ(refusalOf("\"seed\": \"42\"", "\"seed\": \"18446744073709551616\""),
            "settings.seed: expected a count from 0 to 2^64-1 as a text, found "
            "\"18446744073709551616\"");
  EXPECT_EQ(refusalOf("\"timeout_ms\": 10000", "\"timeout_ms\": -1"),
            "settings.timeout_ms: expected a time from 0 to 104 days, found -1");
  EXPECT_THAT(refusalOf("\"effective_share\": 0.82", "\"effective_share\": 1.1"),
              HasSubstr("expected a share above 0, up to 1"));
  EXPECT_THAT(refusalOf("\"loop\": \"open\"", "\"loop\": \"ajar\""),
              HasSubstr("expected \"open\" or \"closed\", found \"ajar\""));
  EXPECT_THAT(refusalOf("2026-11-26T", "2026-11-26 "), HasSubstr("settings.started: expected"));
}

std::string refusalOfFile(const std::string& path) {
  try {
    static_cast<void>(readResult(path));
  } catch (const ResultFileError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(ResultReader, WhatIsNoJsonIsRefused) {
  for (const std::string_view text :
       {"", "{", "nonsense\nin lines", "[1, 2", "{\"a\": \"\x01\"}"}) {
    const std::string refusal = refusalOfFile(TemporaryFile(text).path());
    EXPECT_THAT(refusal, HasSubstr(": it is not JSON")) << text;
    EXPECT_EQ(refusal.find('\n'), std::string::npos) << text;
  }
  EXPECT_THAT(refusalOfFile(TemporaryFile("[]").path()),
              EndsWith("expected an object, found an array"));
  EXPECT_THAT(refusalOfFile(TemporaryFile(std::string(100'000, '[')).path()),
              HasSubstr("not JSON"));
}

TEST(ResultReader, AFileThatIsNotThereOrTooLargeIsRefused) {
  EXPECT_EQ(refusalOfFile("/nowhere/a.json"),
            "cannot use '/nowhere/a.json': No such file or directory");
  EXPECT_EQ(refusalOfFile("/dev/zero"), "cannot use '/dev/zero': it is longer than 128MiB");
}

}  // namespace
}  // namespace iotcpd::loadgen
