#include "tests/fuzz/corpus.h"

#include <gtest/gtest.h>

#include "tests/fuzz/hlog_properties.h"
#include "tests/fuzz/properties.h"

namespace iotcpd::fuzz {
namespace {

TEST(FuzzCorpus, Base64IsWrittenAsItWasRead) { expectNoTrouble("base64", &base64Trouble); }

TEST(FuzzCorpus, HistogramsReadBackAsTheyAreWritten) {
  expectNoTrouble("histogram", &histogramTrouble);
}

TEST(FuzzCorpus, LogsReadBackAsTheyAreWritten) { expectNoTrouble("hlog", &hlogTrouble); }

TEST(FuzzCorpus, FaultsReadBackAsTheyArePrinted) { expectNoTrouble("fault", &faultTrouble); }

TEST(FuzzCorpus, DistributionsReadBackAsTheyArePrinted) {
  expectNoTrouble("distribution", &distributionTrouble);
}

}  // namespace
}  // namespace iotcpd::fuzz
