#include "common/stats/hgrm.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "common/text/fixed_point.h"

// Every rounding below is that of org.HdrHistogram's outputPercentileDistribution, so that the two
// texts can be compared byte by byte.

namespace iotcpd {
namespace {

constexpr double kTicksPerHalfDistance = 5;
constexpr double kAll = 100;

/// The percentile of the row after that of `level`: each half of the way to 100 has as many ticks
/// as the one before it.
double nextLevel(double level) {
  const double halvings = std::trunc(std::log(kAll / (kAll - level)) / std::log(2.0));
  return level + kAll / (kTicksPerHalfDistance * std::pow(2.0, halvings + 1));
}

/// Of the middles of the cells, which is all that a histogram keeps of its values: unlike
/// HdrHistogram::mean() not bounded by the values seen, for these are lost on the way to a file.
struct Moments {
  double mean = 0;
  double standardDeviation = 0;
};

double middleOf(const HdrHistogram& histogram, std::size_t cell) {
  const std::int64_t lowest = histogram.cellLowest(cell);
  const std::int64_t width = histogram.cellHighest(cell) - lowest + 1;
  return static_cast<double>(lowest + width / 2);
}

Moments momentsOf(const HdrHistogram& histogram) {
  if (histogram.count() == 0) return {};
  const auto counts = histogram.counts();
  const auto total = static_cast<double>(histogram.count());
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) sum += middleOf(histogram, i) * static_cast<double>(counts[i]);
  }
  const double mean = sum / total;
  double squares = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double deviation = middleOf(histogram, i) - mean;
    squares += deviation * deviation * static_cast<double>(counts[i]);
  }
  return {mean, std::sqrt(squares / total)};
}

/// Collects the rows; driven cell by cell.
class Distribution {
 public:
  Distribution(const HdrHistogram& histogram, double unitsPerShown)
      : histogram_(histogram),
        unitsPerShown_(unitsPerShown),
        text_(fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount",
                          "1/(1-Percentile)")) {}

  void addCell(std::size_t cell) {
    seen_ += histogram_.counts()[cell];
    lastCell_ = cell;
    const double reached =
        kAll * static_cast<double>(seen_) / static_cast<double>(histogram_.count());
    if (seen_ == histogram_.count()) {
      if (level_ < kAll) addRow(level_);
      addLastRow();
      return;
    }
    while (level_ < kAll && reached >= level_) {
      addRow(level_);
      const double next = nextLevel(level_);
      // Beyond some 10^16 values the ticks are too near to each other for a double.
      level_ = next > level_ ? next : kAll;
    }
  }

  std::string finish() {
    const Moments moments = momentsOf(histogram_);
    const std::int64_t max = histogram_.count() == 0 ? 0 : histogram_.cellHighest(lastCell_);
    text_ += fmt::format("#[Mean    = {:>12}, StdDeviation   = {:>12}]\n", shown(moments.mean),
                         shown(moments.standardDeviation));
    text_ += fmt::format("#[Max     = {:>12}, Total count    = {:>12}]\n",
                         shown(static_cast<double>(max)), histogram_.count());
    text_ += fmt::format("#[Buckets = {:>12}, SubBuckets     = {:>12}]\n", histogram_.bucketCount(),
                         histogram_.subBucketCount());
    return std::move(text_);
  }

 private:
  [[nodiscard]] std::string shown(double value) const {
    return formatFixedHalfUp(value / unitsPerShown_, histogram_.significantDigits());
  }

  [[nodiscard]] std::string valueAndShare(double level) const {
    return fmt::format("{:>12} {} {:>10}",
                       shown(static_cast<double>(histogram_.cellHighest(lastCell_))),
                       formatFixedHalfUp(level / kAll, 12), seen_);
  }

  void addRow(double level) {
    text_ += fmt::format("{} {:>14}\n", valueAndShare(level),
                         formatFixedHalfUp(1 / (1 - level / kAll), 2));
  }

  void addLastRow() { text_ += valueAndShare(kAll) + '\n'; }

  const HdrHistogram& histogram_;
  double unitsPerShown_;
  std::string text_;
  std::size_t lastCell_ = 0;
  std::int64_t seen_ = 0;
  double level_ = 0;
};

}  // namespace

std::string formatHgrm(const HdrHistogram& histogram, double unitsPerShown) {
  Distribution distribution(histogram, unitsPerShown);
  const auto counts = histogram.counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) distribution.addCell(i);
  }
  return distribution.finish();
}

}  // namespace iotcpd
