#include "loadgen/result/percentile_text.h"

#include <cmath>

#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

constexpr double kPerUnit = 1e5;
constexpr std::string_view kExpected =
    "a percentile above 0 and below 100 with at most 5 decimals, such as p99.9";

bool isDigit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace

bool isPercentileNext(const Scanner& scanner) {
  const std::string_view rest = scanner.rest();
  return rest.size() >= 2 && rest[0] == 'p' && isDigit(rest[1]);
}

double takePercentile(Scanner& scanner) {
  const std::size_t start = scanner.position();
  if (!isPercentileNext(scanner)) scanner.fail(kExpected);
  scanner.skip("p");
  const double value = scanner.number(0, 100);
  const double units = std::round(value * kPerUnit);
  const double rounded = units / kPerUnit;
  // The decimal that was read is the double nearest to it, if it has no more decimals than that.
  if (units <= 0 || rounded >= 100 || rounded != value) scanner.failAt(start, kExpected);
  return value;
}

std::string percentileText(double percentile) { return "p" + decimalFigure(percentile); }

}  // namespace iotcpd::loadgen
