#pragma once

#include <string>

namespace iotcpd {

/// `value` with that many decimals as Java's Formatter prints "%.3f": the shortest decimal that
/// reads back as `value` is rounded half up, so that 1.0005 becomes 1.001, where printf rounds the
/// binary value behind it to 1.000. What has no digits is "Infinity".
/// REQUIRES: 0 <= decimals <= 20.
[[nodiscard]] std::string formatFixedHalfUp(double value, int decimals);

}  // namespace iotcpd
