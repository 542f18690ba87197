#include "loadgen/report/comparison_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "common/text/printable.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kColumns = 6;
constexpr std::size_t kMostWidth = 28;
using Row = std::array<std::string, kColumns>;

/// The end of a long name says more than its beginning.
std::string columnTitle(std::string_view name) {
  std::string title = printable(name);
  if (title.size() > kMostWidth) title = "..." + title.substr(title.size() - kMostWidth + 3);
  return title;
}

Row rowOf(const ComparedMetric& metric) {
  Row row{metric.name, metric.base, metric.other, "", "", ""};
  if (!metric.isComparable) {
    row[3] = "-";
    return row;
  }
  row[3] = fmt::format("{:.3f}", metric.ratio);
  row[4] = fmt::format("{:.3f} to {:.3f}", metric.low, metric.high);
  row[5] = metric.isWorse ? "WORSE" : metric.isBetter ? "better" : "";
  return row;
}

std::string lineOf(const Row& row, const std::array<std::size_t, kColumns>& widths) {
  std::string line = fmt::format("{:<{}}", row[0], widths[0]);
  for (std::size_t i = 1; i < kColumns - 1; ++i) {
    line += fmt::format("  {:>{}}", row[i], widths[i]);
  }
  line += "  " + row[kColumns - 1];
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string_view verdictOf(const Comparison& comparison) {
  if (comparison.hasWorse()) return "Worse: at least one metric, beyond the tolerance.";
  const bool hasBetter = std::any_of(comparison.metrics.begin(), comparison.metrics.end(),
                                     [](const ComparedMetric& metric) { return metric.isBetter; });
  return hasBetter ? "Not worse: nothing beyond the tolerance, and something is better."
                   : "Not worse: no difference beyond the tolerance.";
}

}  // namespace

std::string comparisonText(const Comparison& comparison, std::string_view base,
                           std::string_view other) {
  std::vector<Row> rows{{"", columnTitle(base), columnTitle(other), "ratio", "95 % interval", ""}};
  for (const ComparedMetric& metric : comparison.metrics) rows.push_back(rowOf(metric));

  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) text += lineOf(row, widths);
  text += '\n';
  for (const std::string& caution : comparison.cautions) {
    text += fmt::format("Caution: {}\n", printable(caution));
  }
  text += verdictOf(comparison);
  return text + "\n";
}

}  // namespace iotcpd::loadgen
