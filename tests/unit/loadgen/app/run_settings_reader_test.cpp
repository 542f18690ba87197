#include "loadgen/app/run_settings_reader.h"

#include <unistd.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/app/given_words.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using List = std::vector<std::string>;

constexpr const char* kTarget = "127.0.0.1:9991";

List withTarget(List words) {
  words.emplace_back(kTarget);
  return words;
}

/// With a target.
RunSettings settingsOf(List words) {
  return readRunSettings(given("run", withTarget(std::move(words))));
}

std::string complaintOf(List words) {
  return usageErrorOf(readRunSettings, "run", withTarget(std::move(words)));
}

TEST(ReadRunSettings, ATargetAloneIsTenClientsForTenSecondsWithATokenEach) {
  const RunSettings run = settingsOf({});
  EXPECT_EQ(run.target, kTarget);
  EXPECT_FALSE(run.plan.isOpenLoop());
  EXPECT_EQ(run.connections, 10U);
  EXPECT_EQ(run.plan.duration, Nanoseconds(seconds(10)));
  ASSERT_EQ(run.plan.requests.size(), 1U);
  EXPECT_EQ(run.plan.requests[0].text, "{token}");
  EXPECT_FALSE(run.keepAlive);
  EXPECT_EQ(run.pipeline, 1U);
  EXPECT_TRUE(run.think.isZero());
  EXPECT_EQ(run.timeout, Nanoseconds(seconds(10)));
  EXPECT_EQ(run.drain, run.timeout);
  EXPECT_EQ(run.warmup, Nanoseconds(0));
  EXPECT_EQ(run.spin, Nanoseconds(microseconds(100)));
  EXPECT_THAT(run.errorReplies, ElementsAre("ERR", "BH"));
  EXPECT_FALSE(run.until || run.plan.most || run.quiet);
  EXPECT_THAT(run.serve, IsEmpty());
  EXPECT_THAT(run.sources, IsEmpty());
  EXPECT_EQ(run.jsonFile + run.csvFile + run.hgrmFile + run.hlogFile + run.htmlFile + run.junitFile,
            "");
}

TEST(ReadRunSettings, EveryValueComesToItsPlace) {
  const RunSettings run =
      settingsOf({"--connections=7",    "--keep-alive",    "--pipeline=3",     "--think=exp(5ms)",
                  "--source=127.0.0.2", "--source=::1",    "--timeout=2",      "--drain=0",
                  "--duration=1m",      "--requests=1000", "--until=p99+-5%",  "--warmup=500ms",
                  "--seed=42",          "--spin=1ms",      "--error-reply=NO", "--expect=^OK",
                  "--assert=p99<50ms",  "--json=a",        "--csv=b",          "--hgrm=c",
                  "--hlog=d",           "--html=e",        "--junit=f",        "--quiet"});
  EXPECT_EQ(run.connections, 7U);
  EXPECT_TRUE(run.keepAlive);
  EXPECT_EQ(run.pipeline, 3U);
  EXPECT_EQ(run.think.text(), "exp(5ms)");
  EXPECT_THAT(run.sources, ElementsAre("127.0.0.2", "::1"));
  EXPECT_EQ(run.timeout, Nanoseconds(seconds(2)));
  EXPECT_EQ(run.drain, Nanoseconds(0));
  EXPECT_EQ(run.plan.duration, Nanoseconds(minutes(1)));
  EXPECT_EQ(run.plan.most, 1000U);
  ASSERT_TRUE(run.until.has_value());
  EXPECT_EQ(run.until->percentile, 99);
  EXPECT_EQ(run.warmup, Nanoseconds(milliseconds(500)));
  EXPECT_EQ(run.plan.seed, 42U);
  EXPECT_EQ(run.spin, Nanoseconds(milliseconds(1)));
  EXPECT_THAT(run.errorReplies, ElementsAre("NO"));
  EXPECT_EQ(run.expect, "^OK");
  EXPECT_EQ(run.assertions.size(), 1U);
  EXPECT_EQ(run.jsonFile + run.csvFile + run.hgrmFile + run.hlogFile + run.htmlFile + run.junitFile,
            "abcdef");
  EXPECT_TRUE(run.quiet);
}

TEST(ReadRunSettings, AnOpenLoopMayHaveManyMoreConnections) {
  EXPECT_EQ(settingsOf({"--rate=5/s"}).connections, 1000U);
  EXPECT_EQ(settingsOf({"--replay=x"}).connections, 1000U);
  EXPECT_EQ(settingsOf({"--plan=x"}).connections, 1000U);
  EXPECT_EQ(settingsOf({"--rate=5/s", "--connections=3"}).connections, 3U);
}

TEST(ReadRunSettings, WhatIsOpenAtTheEndIsWaitedForAsLongAsAReplyMayTake) {
  EXPECT_EQ(settingsOf({"--timeout=30s"}).drain, Nanoseconds(seconds(30)));
  EXPECT_EQ(settingsOf({"--timeout=30s", "--drain=1s"}).drain, Nanoseconds(seconds(1)));
}

TEST(ReadRunSettings, UntilEndsAfterFiveMinutesUnlessToldOtherwise) {
  EXPECT_EQ(settingsOf({"--until=p99+-5%"}).plan.duration, Nanoseconds(minutes(5)));
  EXPECT_EQ(settingsOf({"--until=p99+-5%", "--duration=1h"}).plan.duration,
            Nanoseconds(std::chrono::hours(1)));
}

TEST(ReadRunSettings, ErrorRepliesReplaceTheDefaultAndAnEmptyOneStandsForNone) {
  EXPECT_THAT(settingsOf({"--error-reply=A", "--error-reply=B"}).errorReplies,
              ElementsAre("A", "B"));
  EXPECT_THAT(settingsOf({"--error-reply="}).errorReplies, IsEmpty());
}

TEST(ReadRunSettings, ServeIsSplitAsAShellWouldAndHasAReadyLine) {
  const RunSettings run =
      readRunSettings(given("run", {"--serve", "iotcpd -n 2 -d \"cat -u\" -p 0"}));
  EXPECT_THAT(run.serve, ElementsAre("iotcpd", "-n", "2", "-d", "cat -u", "-p", "0"));
  EXPECT_EQ(run.serveReady, R"(^iotcpd ready: (\S+))");
  EXPECT_EQ(run.target, "");
  const RunSettings other =
      readRunSettings(given("run", {"--serve=x", R"(--serve-ready=up on ([^(\]]+))"}));
  EXPECT_EQ(other.serveReady, R"(up on ([^(\]]+))");
}

TEST(ReadRunSettings, TakesEveryKindOfTarget) {
  for (const char* target : {"localhost:1", "[::1]:65535", "unix:/run/x"}) {
    EXPECT_EQ(readRunSettings(given("run", {target})).target, target);
  }
}

// -- what is refused ---------------------------------------------------------------------------

struct Refused {
  List words;
  std::string complaint;
};

TEST(ReadRunSettings, RefusesValuesOutsideTheirLimitsInOneLine) {
  const std::vector<Refused> all{
      {{"--connections=0"}, "--connections: '0' is not accepted; accepted is 1 to 100000"},
      {{"--connections=100001"},
       "--connections: '100001' is not accepted; accepted is 1 to 100000"},
      {{"--pipeline=0"}, "--pipeline: '0' is not accepted; accepted is 1 to 1024"},
      {{"--pipeline=1025"}, "--pipeline: '1025' is not accepted; accepted is 1 to 1024"},
      {{"--timeout=0"}, "--timeout: '0' is not accepted; accepted is a time from 1ms to 1h"},
      {{"--timeout=3601"}, "--timeout: '3601' is not accepted; accepted is a time from 1ms to 1h"},
      {{"--drain=61m"}, "--drain: '61m' is not accepted; accepted is a time from 0 to 1h"},
      {{"--spin=11ms"}, "--spin: '11ms' is not accepted; accepted is a time from 0 to 10ms"},
      {{"--duration=0"}, "--duration: '0' is not accepted; accepted is a time from 1ms to 168h"},
      {{"--duration=x\n"},
       "--duration: 'x\\x0a' is not accepted; accepted is a time from 1ms to 168h"},
      {{"--requests=0"}, "--requests: '0' is not accepted; accepted is 1 to 1000000000000"},
      {{"--requests=1e3"}, "--requests: '1e3' is not accepted; accepted is 1 to 1000000000000"},
      {{"--seed=-1"}, "--seed: '-1' is not accepted; accepted is 0 to 18446744073709551615"},
      {{"--source=localhost"},
       "--source: 'localhost' is not accepted; accepted is an IPv4 or IPv6 address of this "
       "machine"},
      {{"--json="}, "--json: '' is not accepted; accepted is a path, or - for standard output"},
      {{"--rate=1/s", "--arrivals=random"},
       "--arrivals: 'random' is not accepted; accepted is one of constant, poisson"},
      {{"--error-reply=NO\nWAY"},
       "--error-reply: 'NO\\x0aWAY' is not accepted; accepted is a whole reply, or its start up to "
       "a blank; nothing ('') for no such reply"},
  };
  for (const Refused& refused : all) EXPECT_EQ(complaintOf(refused.words), refused.complaint);
}

TEST(ReadRunSettings, MarksThePlaceInTextsThatHaveAGrammar) {
  for (const auto& [option, value] :
       std::vector<std::pair<std::string, std::string>>{{"rate", "10/s, 20/s"},
                                                        {"think", "exp(5parsecs)"},
                                                        {"request", "{sec}"},
                                                        {"misbehave", "slow-boris:1%"},
                                                        {"until", "p99"},
                                                        {"assert", "p99 ~ 50ms"}}) {
    const std::string complaint = complaintOf({"--" + option, value});
    EXPECT_THAT(complaint, ::testing::StartsWith("--" + option + ": expected "));
    EXPECT_THAT(complaint, HasSubstr("<-- HERE"));
    EXPECT_THAT(complaint, HasSubstr(" at column "));
  }
}

TEST(ReadRunSettings, RefusesWhatIsNoRegularExpression) {
  EXPECT_THAT(complaintOf({"--expect=("}), HasSubstr("--expect: '(' is no regular expression: "));
  EXPECT_EQ(usageErrorOf(readRunSettings, "run", {"--serve=x", R"(--serve-ready=\(ready\)[(])"}),
            R"(--serve-ready: '\(ready\)[(]' is not accepted; accepted is a Perl-compatible )"
            "regular expression with a group");
}

TEST(ReadRunSettings, RefusesAnUnterminatedQuoteInServe) {
  EXPECT_THAT(usageErrorOf(readRunSettings, "run", {"--serve=iotcpd -d 'cat"}),
              HasSubstr("unterminated"));
  EXPECT_THAT(usageErrorOf(readRunSettings, "run", {"--serve= "}),
              HasSubstr("--serve: ' ' is not accepted"));
}

TEST(ReadRunSettings, RefusesWhatCannotBeGivenTogether) {
  const std::vector<std::pair<List, std::string>> all{
      {{"--rate=1/s", "--replay=x"}, "--rate and --replay"},
      {{"--rate=1/s", "--plan=x"}, "--rate and --plan"},
      {{"--replay=x", "--plan=x"}, "--replay and --plan"},
      {{"--think=1s", "--rate=1/s"}, "--think and --rate"},
      {{"--think=1s", "--replay=x"}, "--think and --replay"},
      {{"--think=1s", "--plan=x"}, "--think and --plan"},
      {{"--request=x", "--requests-file=x"}, "--request and --requests-file"},
      {{"--request=x", "--replay=x"}, "--request and --replay"},
      {{"--request=x", "--plan=x"}, "--request and --plan"},
      {{"--requests-file=x", "--replay=x"}, "--requests-file and --replay"},
      {{"--requests-file=x", "--plan=x"}, "--requests-file and --plan"},
      {{"--misbehave=rst:1%", "--plan=x"}, "--misbehave and --plan"},
      {{"--seed=1", "--plan=x"}, "--seed and --plan"},
  };
  for (const auto& [words, options] : all) {
    EXPECT_THAT(complaintOf(words), ::testing::StartsWith(options + " cannot be given together: "));
    EXPECT_EQ(complaintOf({words[0]}), "") << "each alone is accepted";
  }
}

TEST(ReadRunSettings, RefusesWhatMeansNothingWithoutAnother) {
  EXPECT_EQ(complaintOf({"--arrivals=poisson"}), "--arrivals needs --rate");
  EXPECT_EQ(complaintOf({"--speed=2x"}), "--speed needs --replay");
  EXPECT_EQ(complaintOf({"--shuffle"}), "--shuffle needs --requests-file");
  EXPECT_EQ(complaintOf({"--serve-ready=(x)"}), "--serve-ready needs --serve");
  EXPECT_EQ(complaintOf({"--arrivals=poisson", "--rate=1/s"}), "");
  EXPECT_EQ(complaintOf({"--speed=2x", "--replay=x"}), "");
  EXPECT_EQ(complaintOf({"--shuffle", "--requests-file=x"}), "");
}

TEST(ReadRunSettings, PipeliningNeedsKeepAliveAndClientsThatBehave) {
  EXPECT_EQ(complaintOf({"--pipeline=2"}),
            "--pipeline 2 needs --keep-alive: without it a connection carries one request");
  EXPECT_EQ(complaintOf({"--pipeline=1"}), "");
  EXPECT_EQ(complaintOf({"--pipeline=2", "--keep-alive"}), "");
  EXPECT_THAT(complaintOf({"--pipeline=2", "--keep-alive", "--misbehave=rst:1%"}),
              ::testing::StartsWith("--misbehave and --pipeline 2 cannot be given together: "));
  EXPECT_EQ(complaintOf({"--keep-alive", "--misbehave=rst:1%"}), "");
}

TEST(ReadRunSettings, TheWarmUpLeavesSomethingToMeasure) {
  EXPECT_EQ(complaintOf({"--warmup=10s"}),
            "--warmup 10s leaves nothing to measure of a run of 10s");
  EXPECT_EQ(complaintOf({"--warmup=9s"}), "");
  EXPECT_EQ(complaintOf({"--warmup=3s", "--duration=3s"}),
            "--warmup 3s leaves nothing to measure of a run of 3s");
  EXPECT_EQ(complaintOf({"--warmup=3s", "--rate=1/s for 2s", "--duration=1m"}),
            "--warmup 3s leaves nothing to measure of a run of 2s");
  EXPECT_EQ(complaintOf({"--warmup=1m", "--requests=5"}), "") << "nobody knows how long that takes";
}

TEST(ReadRunSettings, NoTwoResultsAreWrittenToOneFile) {
  EXPECT_EQ(complaintOf({"--json=x", "--csv=x"}), "--json and --csv cannot both be written to 'x'");
  EXPECT_EQ(complaintOf({"--json=-", "--junit=-"}),
            "--json and --junit cannot both be written to '-'");
  EXPECT_EQ(complaintOf({"--json=x", "--csv=./x"}),
            "--json and --csv cannot both be written to './x'");
  EXPECT_EQ(complaintOf({"--json=x", "--csv=y"}), "");
  EXPECT_EQ(complaintOf({"--json=/dev/null", "--csv=/dev/null"}), "");
}

TEST(ReadRunSettings, NoTwoResultsAreWrittenToOneFileByTwoNames) {
  const TemporaryFile file("");
  const std::string link = file.path() + ".link";
  ASSERT_EQ(::symlink(file.path().c_str(), link.c_str()), 0);
  EXPECT_THAT(complaintOf({"--json=" + file.path(), "--html=" + link}),
              HasSubstr("cannot both be written"));
  ::unlink(link.c_str());
}

TEST(ReadRunSettings, NoResultReplacesWhatTheRunReads) {
  const TemporaryFile file("iotcpd-plan 1\nend 0\n");
  EXPECT_EQ(complaintOf({"--plan=" + file.path(), "--csv=" + file.path()}),
            "--csv would replace '" + file.path() + "', which --plan reads");
  EXPECT_THAT(complaintOf({"--requests-file=" + file.path(), "--html=" + file.path()}),
              HasSubstr("which --requests-file reads"));
  EXPECT_EQ(complaintOf({"--plan=" + file.path(), "--json=-"}), "");
}

}  // namespace
}  // namespace iotcpd::loadgen
