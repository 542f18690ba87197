#pragma once

#include <string>

namespace iotcpd::loadgen {

/// A time in the unit that suits it, four significant digits at the most: "61.2ms", "1.5s",
/// "850us".
[[nodiscard]] std::string timeFigure(double nanoseconds);
/// "1234.5/s": one decimal, none when it is whole.
[[nodiscard]] std::string rateFigure(double perSecond);
/// A share of 1 as "0.25%", four significant digits at the most.
[[nodiscard]] std::string shareFigure(double share);

/// The shortest decimal without exponent that reads back as `value`: "0.00001", "1.5".
[[nodiscard]] std::string decimalFigure(double value);

}  // namespace iotcpd::loadgen
