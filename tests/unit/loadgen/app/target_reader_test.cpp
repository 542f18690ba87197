#include "loadgen/app/target_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/app/run_settings_reader.h"
#include "loadgen/app/search_settings_reader.h"
#include "tests/unit/loadgen/app/given_words.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using List = std::vector<std::string>;

RunSettings settingsOf(const List& words) { return readRunSettings(given("run", words)); }

std::string complaintOf(const List& words) { return usageErrorOf(readRunSettings, "run", words); }

TEST(TargetReader, ThereIsOneTargetOrAServiceThatIsStarted) {
  EXPECT_EQ(complaintOf({}),
            "a target is missing; accepted is HOST:PORT, unix:PATH, exec:CMD or --serve CMD");
  EXPECT_THAT(complaintOf({"--serve=cat", "127.0.0.1:9991"}),
              HasSubstr("--serve and the target '127.0.0.1:9991'"));
  EXPECT_EQ(complaintOf({"h:1", "127.0.0.1:9991"}),
            "'127.0.0.1:9991': one target is accepted, and there is 'h:1' already");
  EXPECT_EQ(complaintOf({"localhost"}), "target: expected :PORT at column 10: localhost<-- HERE ");
  EXPECT_EQ(complaintOf({"--source=::1", "unix:x"}),
            "--source cannot be given with a unix: target, which has no addresses");
}

TEST(TargetReader, AnExecTargetIsOneDaemonThatStays) {
  const RunSettings run = settingsOf({"exec:cat"});
  EXPECT_EQ(run.target, "exec:cat");
  EXPECT_THAT(run.exec, ElementsAre("cat"));
  EXPECT_EQ(run.connections, 1U);
  EXPECT_TRUE(run.keepAlive);
  EXPECT_EQ(run.pipeline, 1U);
}

TEST(TargetReader, SoManyDaemonsAreSoManyConnections) {
  const RunSettings run = settingsOf({"--daemons=8", "--pipeline=4", "exec:cat"});
  EXPECT_EQ(run.connections, 8U);
  EXPECT_EQ(run.pipeline, 4U);
}

TEST(TargetReader, ItsCommandIsSplitAsAShellSplitsWords) {
  EXPECT_THAT(settingsOf({"exec:sed -u 's/a b/c/'"}).exec, ElementsAre("sed", "-u", "s/a b/c/"));
  EXPECT_THAT(complaintOf({"exec:cat '"}), HasSubstr("target 'exec:cat '': unterminated '"));
}

TEST(TargetReader, ACommandIsThere) {
  for (const char* target : {"exec:", "exec:   ", "exec:''"}) {
    EXPECT_THAT(complaintOf({target}), HasSubstr("a command is missing")) << target;
  }
}

TEST(TargetReader, WhatPipesHaveNotIsRefusedWithThem) {
  for (const char* option : {"--connections=1", "--source=::1", "--misbehave=rst:1%"}) {
    EXPECT_THAT(complaintOf({option, "exec:cat"}),
                HasSubstr("cannot be given with an exec: target"))
        << option;
    EXPECT_NO_THROW(settingsOf({option, "127.0.0.1:1"})) << option;
  }
  EXPECT_THAT(complaintOf({"--serve=iotcpd", "exec:cat"}), HasSubstr("'exec:cat'"));
}

TEST(TargetReader, DaemonsAreOfAnExecTargetOnly) {
  EXPECT_THAT(complaintOf({"--daemons=2", "127.0.0.1:1"}), HasSubstr("exec:CMD"));
  EXPECT_THAT(complaintOf({"--daemons=2", "--serve=iotcpd"}), HasSubstr("exec:CMD"));
  EXPECT_THAT(settingsOf({"127.0.0.1:1"}).exec, IsEmpty());
}

TEST(TargetReader, ASearchMayDriveDaemonsToo) {
  const SearchSettings search =
      readSearchSettings(given("search", {"--slo=p99<1s", "--daemons=3", "exec:cat"}));
  EXPECT_EQ(search.step.connections, 3U);
  EXPECT_TRUE(search.step.keepAlive);
}

}  // namespace
}  // namespace iotcpd::loadgen
