#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace iotcpd::loadgen {

/// The mean of a stationary, autocorrelated sequence and how sure it is, in fixed memory: by the
/// method of batch means. Neighbouring values make a batch; the means of long batches are nearly
/// independent, so that their spread tells that of the whole mean. There are 16 to 32 batches (more
/// are of little use: Schmeiser, Batch size effects in the analysis of simulation output, 1982);
/// when there would be more, neighbours are joined and batches get twice as long (dynamic batch
/// means: Yeh and Schmeiser 2000).
class BatchMeans {
 public:
  static constexpr std::uint64_t kFirstBatchSize = 8;
  static constexpr std::size_t kMostBatches = 32;
  /// With fewer whole batches there is no interval.
  static constexpr std::size_t kLeastBatches = 10;

  /// `count` times the same value, one after the other. On the hot path: no division, and a step
  /// for each batch that is begun or goes on, not for each value.
  void add(double value, std::uint64_t count = 1) {
    // Variances are computed about a value from the sequence, or they would drown in the mean.
    if (count_ == 0) shift_ = value;
    const double deviation = value - shift_;
    count_ += count;
    while (count > 0) {
      const std::uint64_t step = std::min(count, batchSize_ - inOpen_);
      const double sum = static_cast<double>(static_cast<std::int64_t>(step)) * deviation;
      sum_ += sum;
      squares_ += sum * deviation;
      open_ += sum;
      count -= step;
      if ((inOpen_ += step) == batchSize_) closeBatch();
    }
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Of all values; 0 when there are none.
  [[nodiscard]] double mean() const;
  /// Half the width of the mean's 95 % interval: Student's t with one degree of freedom less than
  /// there are batches, times the standard error of the mean of batches. Negative: too few batches.
  [[nodiscard]] double halfWidth() const;
  /// How many independent values one value is worth, 0 < x <= 1: the variance that the mean would
  /// have if values were independent, by the one it has. 1 when there are too few batches to tell.
  [[nodiscard]] double effectiveShare() const;

 private:
  void closeBatch();
  /// Of the mean, by the spread of the batches.
  [[nodiscard]] double varianceOfMean() const;

  std::uint64_t count_ = 0;
  double shift_ = 0;
  double sum_ = 0;      ///< of deviations from shift_
  double squares_ = 0;  ///< of the same
  double open_ = 0;     ///< sum of the batch that is being filled
  std::uint64_t inOpen_ = 0;
  std::uint64_t batchSize_ = kFirstBatchSize;
  std::array<double, kMostBatches> batches_{};  ///< sums of whole batches
  std::size_t batchCount_ = 0;
};

}  // namespace iotcpd::loadgen
