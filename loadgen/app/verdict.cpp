#include "loadgen/app/verdict.h"

#include <algorithm>

namespace iotcpd::loadgen {

ExitCode exitCodeOf(const Result& result) {
  if (!result.self.isValid()) return kExitInvalid;
  const bool allPassed =
      std::ranges::all_of(result.assertions, [](const AssertionVerdict& v) { return v.passed; });
  return allPassed ? kExitOk : kExitAssertion;
}

}  // namespace iotcpd::loadgen
