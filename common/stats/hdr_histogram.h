#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace iotcpd {

/// High dynamic range histogram (Gil Tene's layout): counts of integer values with a bounded
/// relative error over a wide range in fixed memory. Values are whatever unit the owner chooses
/// (here mostly nanoseconds or microseconds); out of range is counted at the nearest end, never
/// lost.
///
///     value -> bucket    = position of the highest bit above the sub-bucket mask
///           -> subBucket = value >> bucket        (subBucketCount of them, upper half used)
///
///     cells:  [ bucket 0, both halves | bucket 1, upper half | bucket 2, upper half | ... ]
///     width:    2^unitMagnitude         twice that             four times that
class HdrHistogram {
 public:
  /// REQUIRES: 1 <= lowest, 2 * lowest <= highest, significantDigits in 0..5, and `lowest` not so
  /// high that its cells need more than 62 bits; else throws std::invalid_argument.
  HdrHistogram(std::int64_t lowest, std::int64_t highest, int significantDigits);

  /// Counts `value` `count` times; below lowest or above highest it counts as that end. A count of
  /// 0 or less does nothing. Inline because it runs once per reply.
  void record(std::int64_t value, std::int64_t count = 1) {
    if (count <= 0) return;
    value = std::clamp(value, lowest_, highest_);
    counts_[cellOf(value)] += count;
    total_ += count;
    // Hardly ever: a branch that is foreseen costs less than two stores.
    if (value < min_) [[unlikely]]
      min_ = value;
    if (value > max_) [[unlikely]]
      max_ = value;
  }
  /// Adds all counts of `other`. REQUIRES: the same lowest, highest and digits; else throws
  /// std::invalid_argument.
  void merge(const HdrHistogram& other);
  /// Counts `count` values of which only the cell is known, as a decoder does: min() and max()
  /// reach to its ends. REQUIRES: index < counts().size(), 0 <= count, and the sum of all counts
  /// fits.
  void addToCell(std::size_t index, std::int64_t count);
  void reset();

  [[nodiscard]] std::int64_t count() const { return total_; }
  /// The largest and smallest value counted, not rounded to cells; 0 when empty.
  [[nodiscard]] std::int64_t max() const { return total_ == 0 ? 0 : max_; }
  [[nodiscard]] std::int64_t min() const { return total_ == 0 ? 0 : min_; }
  /// Of the middles of the cells, each within min() and max(); 0 when empty.
  [[nodiscard]] double mean() const;
  [[nodiscard]] double standardDeviation() const;

  /// The smallest value v such that at least `percentile` per cent (0..100) of the recorded values
  /// are <= v up to the resolution: the upper end of its cell, capped at max(). 0 when empty.
  [[nodiscard]] std::int64_t valueAtPercentile(double percentile) const;
  /// How many recorded values lie in cells that are wholly <= `value`'s cell.
  [[nodiscard]] std::int64_t countAtOrBelow(std::int64_t value) const;

  [[nodiscard]] std::int64_t lowest() const { return lowest_; }
  [[nodiscard]] std::int64_t highest() const { return highest_; }
  [[nodiscard]] int significantDigits() const { return significantDigits_; }
  /// How many times the width of the cells doubles, plus one; and how many cells of one width there
  /// would be from 0 on.
  [[nodiscard]] int bucketCount() const;
  [[nodiscard]] int subBucketCount() const { return 2 << subBucketHalfCountMagnitude_; }
  /// Raw cells, for codecs and tests.
  [[nodiscard]] std::span<const std::int64_t> counts() const { return counts_; }
  /// The first value that falls into cell `index`, and the last one.
  [[nodiscard]] std::int64_t cellLowest(std::size_t index) const;
  [[nodiscard]] std::int64_t cellHighest(std::size_t index) const;

 private:
  /// REQUIRES: 0 <= value <= highest().
  [[nodiscard]] std::size_t cellOf(std::int64_t value) const {
    const auto bits = static_cast<std::uint64_t>(value);
    const int bucket = bucketBase_ - std::countl_zero(bits | subBucketMask_);
    // A value of bucket b >= 1 has its sub-bucket in the upper half, so the halves lie end to end.
    const std::size_t half = static_cast<std::size_t>(bucket) << subBucketHalfCountMagnitude_;
    return half + (bits >> (bucket + unitMagnitude_));
  }
  [[nodiscard]] int shiftOf(std::size_t index) const;
  [[nodiscard]] double representativeOf(std::size_t index) const;

  std::int64_t lowest_;
  std::int64_t highest_;
  int significantDigits_;
  int unitMagnitude_;                ///< log2 of the width of the narrowest cells
  int subBucketHalfCountMagnitude_;  ///< log2 of half the sub-buckets of a bucket
  int bucketBase_;                   ///< leading zero bits of the highest value of bucket 0
  std::uint64_t subBucketMask_;      ///< the bits that the values of bucket 0 can have
  std::vector<std::int64_t> counts_;
  std::int64_t total_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
};

}  // namespace iotcpd
