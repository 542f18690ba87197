#include "loadgen/result/figure_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace iotcpd::loadgen {
namespace {

constexpr double kMicrosecond = 1e3;
constexpr double kMillisecond = 1e6;
constexpr double kSecond = 1e9;

}  // namespace

std::string timeFigure(double nanoseconds) {
  const double size = std::abs(nanoseconds);
  if (size < kMicrosecond) return fmt::format("{:.4g}ns", nanoseconds);
  if (size < kMillisecond) return fmt::format("{:.4g}us", nanoseconds / kMicrosecond);
  if (size < kSecond) return fmt::format("{:.4g}ms", nanoseconds / kMillisecond);
  return fmt::format("{:.4g}s", nanoseconds / kSecond);
}

std::string rateFigure(double perSecond) {
  std::string text = fmt::format("{:.1f}", perSecond);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + "/s";
}

std::string shareFigure(double share) { return fmt::format("{:.4g}%", share * 100); }

std::string decimalFigure(double value) {
  std::array<char, 400> text{};  // the widest double has 309 digits before its point
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), end};
}

}  // namespace iotcpd::loadgen
