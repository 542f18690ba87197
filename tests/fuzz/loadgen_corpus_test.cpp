#include <gtest/gtest.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/loadgen_properties.h"

namespace iotcpd::fuzz {
namespace {

TEST(LoadgenCorpus, SchedulesReadBackAndKeepTheirTimes) {
  expectNoTrouble("rate_schedule", &rateScheduleTrouble);
}

TEST(LoadgenCorpus, MisbehaviourReadsBackAsItIsPrinted) {
  expectNoTrouble("misbehaviour", &misbehaviourTrouble);
}

TEST(LoadgenCorpus, TemplatesMakeOneLine) { expectNoTrouble("template", &templateTrouble); }

TEST(LoadgenCorpus, PlanFilesAreWrittenAsTheyAreRead) {
  expectNoTrouble("plan_file", &planFileTrouble);
}

TEST(LoadgenCorpus, AccessLogsAreReplayedInOrder) {
  expectNoTrouble("access_log", &accessLogTrouble);
}

}  // namespace
}  // namespace iotcpd::fuzz
