#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// "p99 < 50ms", "errors == 0", "rate >= 0.99 * target", "cross-talk == 0". A value.
///
///     ASSERTION := METRIC OP VALUE
///     METRIC    := pNN[.N...] | min | mean | max       latency over ok, from the due time
///                | service.pNN …                        from the send
///                | lag.pNN …                            send lag
///                | rate | target                        ok replies, planned requests per second
///                | errors | error-share | OUTCOME | planned | sent
///     OP        := < | <= | == | != | >= | >
///     VALUE     := TIME | NUMBER[%] | NUMBER/s | NUMBER * target
class Assertion {
 public:
  /// Throws SyntaxError.
  [[nodiscard]] static Assertion parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  /// A percentile of too few samples does not pass; its `actual` says so.
  [[nodiscard]] AssertionVerdict judge(const Result& result) const;

 private:
  std::string text_;
  // (yours to design)
};

}  // namespace iotcpd::loadgen
