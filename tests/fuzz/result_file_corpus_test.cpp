#include <gtest/gtest.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/result_file_properties.h"

namespace iotcpd::fuzz {
namespace {

TEST(FuzzCorpus, ResultsReadBackAsTheyAreWritten) {
  expectNoTrouble("result_file", &resultFileTrouble);
}

}  // namespace
}  // namespace iotcpd::fuzz
