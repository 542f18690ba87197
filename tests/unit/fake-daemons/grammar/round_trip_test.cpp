#include <string>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/faults.h"
#include "tests/unit/fake-daemons/support/random_fault.h"

namespace iotcpd::fake {
namespace {

TEST(FaultGrammar, WhatIsPrintedReadsBackAsTheSameFaultAndPrintsTheSame) {
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const FaultSpec fault = RandomFaults(seed).fault();
    const std::string text = printFault(fault);
    ASSERT_EQ(faultError(text), "");
    const FaultSpec read = faultOf(text);
    ASSERT_TRUE(read == fault) << text;
    ASSERT_EQ(printFault(read), text);
  }
}

TEST(FaultGrammar, WhatIsPrintedIsOneLine) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::string text = printFault(RandomFaults(seed).fault());
    ASSERT_EQ(text.find('\n'), std::string::npos) << "seed " << seed;
  }
}

/// Wherever a text is cut off or a byte is lost, the answer is a fault or a SyntaxError with a
/// place in the text.
TEST(FaultGrammar, ADamagedFaultIsReadOrRefusedAtAPlaceInIt) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    std::string text = printFault(RandomFaults(seed).fault());
    text.erase(random.below(text.size()), 1 + random.below(3));
    if (random.below(2) == 0) text.resize(random.below(text.size() + 1));
    try {
      const FaultSpec fault = faultOf(text);
      ASSERT_TRUE(faultOf(printFault(fault)) == fault) << text;
    } catch (const SyntaxError& e) {
      ASSERT_LE(e.position(), text.size()) << text;
    }
  }
}

}  // namespace
}  // namespace iotcpd::fake
