#pragma once

#include <string>
#include <string_view>

#include "loadgen/result/comparison.h"

namespace iotcpd::loadgen {

/// A table of both runs, the ratio other / base with its 95 % interval and what it means, then the
/// cautions, one a line. `base` and `other` head the columns.
[[nodiscard]] std::string comparisonText(const Comparison& comparison, std::string_view base,
                                         std::string_view other);

}  // namespace iotcpd::loadgen
