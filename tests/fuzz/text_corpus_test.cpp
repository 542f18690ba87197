#include <gtest/gtest.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/text_properties.h"

namespace iotcpd::fuzz {
namespace {

TEST(FuzzCorpus, AddressesReadBackAsTheyArePrinted) {
  expectNoTrouble("endpoint_name", &endpointNameTrouble);
}

TEST(FuzzCorpus, WordsReadBackAsTheyAreJoined) { expectNoTrouble("words", &wordsTrouble); }

}  // namespace
}  // namespace iotcpd::fuzz
