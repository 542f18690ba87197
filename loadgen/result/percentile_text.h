#pragma once

#include <string>

#include "common/text/scanner.h"

namespace iotcpd::loadgen {

/// "p99", "p99.9": above 0 and below 100, at most 5 decimals. Throws SyntaxError.
[[nodiscard]] double takePercentile(Scanner& scanner);
/// Whether takePercentile() is the one to read what is next.
[[nodiscard]] bool isPercentileNext(const Scanner& scanner);
/// Reads back as the same.
[[nodiscard]] std::string percentileText(double percentile);

}  // namespace iotcpd::loadgen
