#include "common/stats/hdr_histogram.h"

#include <cmath>
#include <stdexcept>

namespace iotcpd {
namespace {

constexpr int kValueBits = 62;

/// How many bits it takes to write `value`.
int bitsOf(std::uint64_t value) { return 64 - std::countl_zero(value); }

/// log2 of how many sub-buckets tell values apart that differ by one in `significantDigits` digits.
int subBucketCountMagnitude(int significantDigits) {
  std::uint64_t needed = 2;
  for (int i = 0; i < significantDigits; ++i) needed *= 10;
  return bitsOf(needed - 1);
}

}  // namespace

HdrHistogram::HdrHistogram(std::int64_t lowest, std::int64_t highest, int significantDigits)
    : lowest_(lowest), highest_(highest), significantDigits_(significantDigits) {
  if (lowest < 1 || highest / 2 < lowest || significantDigits < 0 || significantDigits > 5) {
    throw std::invalid_argument("histogram: 1 <= lowest, 2 * lowest <= highest and 0 to 5 digits");
  }
  unitMagnitude_ = bitsOf(static_cast<std::uint64_t>(lowest)) - 1;
  subBucketHalfCountMagnitude_ = subBucketCountMagnitude(significantDigits) - 1;
  const int bucketZeroBits = unitMagnitude_ + subBucketHalfCountMagnitude_ + 1;
  if (bucketZeroBits > kValueBits) {
    throw std::invalid_argument("histogram: lowest is too high for so many digits");
  }
  bucketBase_ = 64 - bucketZeroBits;
  subBucketMask_ = (std::uint64_t{1} << bucketZeroBits) - (std::uint64_t{1} << unitMagnitude_);

  const int highestBits = bitsOf(static_cast<std::uint64_t>(highest));
  const auto buckets = static_cast<std::size_t>(std::max(highestBits - bucketZeroBits, 0) + 1);
  counts_.resize((buckets + 1) << subBucketHalfCountMagnitude_);
}

void HdrHistogram::merge(const HdrHistogram& other) {
  if (other.lowest_ != lowest_ || other.highest_ != highest_ ||
      other.significantDigits_ != significantDigits_) {
    throw std::invalid_argument("histogram: only those of the same range and digits can be merged");
  }
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void HdrHistogram::addToCell(std::size_t index, std::int64_t count) {
  if (count == 0) return;
  counts_[index] += count;
  total_ += count;
  min_ = std::min(min_, cellLowest(index));
  max_ = std::max(max_, cellHighest(index));
}

void HdrHistogram::reset() {
  std::fill(counts_.begin(), counts_.end(), 0);
  total_ = 0;
  min_ = std::numeric_limits<std::int64_t>::max();
  max_ = 0;
}

double HdrHistogram::mean() const {
  if (total_ == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] != 0) sum += representativeOf(i) * static_cast<double>(counts_[i]);
  }
  return sum / static_cast<double>(total_);
}

double HdrHistogram::standardDeviation() const {
  if (total_ == 0) return 0;
  const double center = mean();
  double squares = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const double distance = representativeOf(i) - center;
    squares += distance * distance * static_cast<double>(counts_[i]);
  }
  return std::sqrt(squares / static_cast<double>(total_));
}

std::int64_t HdrHistogram::valueAtPercentile(double percentile) const {
  if (total_ == 0) return 0;
  // One step down, so that 99.9 % of 1000, which is 999.0000000000001 in binary, needs 999 values.
  const double share = std::nextafter(std::clamp(percentile, 0.0, 100.0), 0.0);
  const double exact = share * static_cast<double>(total_) / 100.0;
  const auto needed = std::max(static_cast<std::int64_t>(std::ceil(exact)), std::int64_t{1});
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= needed) return std::min(cellHighest(i), max_);
  }
  return max_;
}

std::int64_t HdrHistogram::countAtOrBelow(std::int64_t value) const {
  // What others have counted can lie in cells above highest().
  if (value >= max_) return total_;
  // Nothing is ever recorded at 0, which is below any lowest().
  const std::size_t last = cellOf(std::clamp(value, std::int64_t{0}, highest_));
  std::int64_t sum = 0;
  for (std::size_t i = 0; i <= last; ++i) sum += counts_[i];
  return sum;
}

int HdrHistogram::bucketCount() const {
  return static_cast<int>(counts_.size() >> subBucketHalfCountMagnitude_) - 1;
}

std::int64_t HdrHistogram::cellLowest(std::size_t index) const {
  const std::size_t bucket = index >> subBucketHalfCountMagnitude_;
  const std::size_t skipped = bucket > 0 ? bucket - 1 : 0;
  const std::size_t subBucket = index - (skipped << subBucketHalfCountMagnitude_);
  return static_cast<std::int64_t>(std::uint64_t{subBucket} << shiftOf(index));
}

std::int64_t HdrHistogram::cellHighest(std::size_t index) const {
  return cellLowest(index) + ((std::int64_t{1} << shiftOf(index)) - 1);
}

/// log2 of the width of cell `index`.
int HdrHistogram::shiftOf(std::size_t index) const {
  const auto halves = static_cast<int>(index >> subBucketHalfCountMagnitude_);
  return unitMagnitude_ + std::max(halves - 1, 0);
}

/// The value that stands for all values of cell `index`.
double HdrHistogram::representativeOf(std::size_t index) const {
  const auto first = static_cast<double>(cellLowest(index));
  const auto last = static_cast<double>(cellHighest(index));
  // Not beyond what was seen: a histogram of one value has that value as its mean.
  return std::clamp(first + (last - first) / 2, static_cast<double>(min_),
                    static_cast<double>(max_));
}

}  // namespace iotcpd
