#include "loadgen/result/probability.h"

#include <array>
#include <cmath>
#include <span>

namespace iotcpd::loadgen {
namespace {

/// Highest power first.
double polynomial(std::span<const double> coefficients, double x) {
  double value = 0;
  for (const double coefficient : coefficients) value = value * x + coefficient;
  return value;
}

constexpr std::array kMiddleNumerator{-3.969683028665376e+01, 2.209460984245205e+02,
                                      -2.759285104469687e+02, 1.383577518672690e+02,
                                      -3.066479806614716e+01, 2.506628277459239e+00};
constexpr std::array kMiddleDenominator{-5.447609879822406e+01, 1.615858368580409e+02,
                                        -1.556989798598866e+02, 6.680131188771972e+01,
                                        -1.328068155288572e+01, 1.0};
constexpr std::array kTailNumerator{-7.784894002430293e-03, -3.223964580411365e-01,
                                    -2.400758277161838e+00, -2.549732539343734e+00,
                                    4.374664141464968e+00,  2.938163982698783e+00};
constexpr std::array kTailDenominator{7.784695709041462e-03, 3.224671290700398e-01,
                                      2.445134137142996e+00, 3.754408661907416e+00, 1.0};

}  // namespace

double normalQuantile(double probability) {
  constexpr double kTail = 0.02425;
  if (probability > 1 - kTail) return -normalQuantile(1 - probability);
  if (probability < kTail) {
    const double q = std::sqrt(-2 * std::log(probability));
    return polynomial(kTailNumerator, q) / polynomial(kTailDenominator, q);
  }
  const double q = probability - 0.5;
  const double r = q * q;
  return polynomial(kMiddleNumerator, r) * q / polynomial(kMiddleDenominator, r);
}

double studentQuantile(double probability, double degreesOfFreedom) {
  const double z = normalQuantile(probability);
  const double z2 = z * z;
  const double n = degreesOfFreedom;
  const double first = z * (z2 + 1) / 4;
  const double second = z * polynomial(std::array{5.0, 16.0, 3.0}, z2) / 96;
  const double third = z * polynomial(std::array{3.0, 19.0, 17.0, -15.0}, z2) / 384;
  const double fourth =
      z * polynomial(std::array{79.0, 776.0, 1482.0, -1920.0, -945.0}, z2) / 92160;
  return z + (first + (second + (third + fourth / n) / n) / n) / n;
}

}  // namespace iotcpd::loadgen
