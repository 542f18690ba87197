#include <gtest/gtest.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/result_properties.h"

namespace iotcpd::fuzz {
namespace {

TEST(FuzzCorpus, AssertionsReadBackAsTheyArePrinted) {
  expectNoTrouble("assertion", &assertionTrouble);
}

TEST(FuzzCorpus, UntilReadsBackAsItIsPrinted) { expectNoTrouble("until", &untilTrouble); }

}  // namespace
}  // namespace iotcpd::fuzz
