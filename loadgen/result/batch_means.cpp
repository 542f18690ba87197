#include "loadgen/result/batch_means.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "loadgen/result/probability.h"

namespace iotcpd::loadgen {

double BatchMeans::mean() const {
  return count_ == 0 ? 0 : shift_ + sum_ / static_cast<double>(count_);
}

void BatchMeans::closeBatch() {
  batches_[batchCount_++] = open_;
  open_ = 0;
  inOpen_ = 0;
  if (batchCount_ < kMostBatches) return;
  for (std::size_t i = 0; i < kMostBatches / 2; ++i) {
    batches_[i] = batches_[2 * i] + batches_[2 * i + 1];
  }
  batchCount_ /= 2;
  batchSize_ *= 2;
}

double BatchMeans::varianceOfMean() const {
  const auto batches = static_cast<double>(batchCount_);
  const auto size = static_cast<double>(batchSize_);
  double sum = 0;
  for (std::size_t i = 0; i < batchCount_; ++i) sum += batches_[i] / size;
  const double middle = sum / batches;
  double squares = 0;
  for (std::size_t i = 0; i < batchCount_; ++i) {
    const double deviation = batches_[i] / size - middle;
    squares += deviation * deviation;
  }
  return squares / (batches - 1) / batches;
}

double BatchMeans::halfWidth() const {
  if (batchCount_ < kLeastBatches) return -1;
  const double t = studentQuantile(0.975, static_cast<double>(batchCount_ - 1));
  return t * std::sqrt(varianceOfMean());
}

double BatchMeans::effectiveShare() const {
  if (batchCount_ < kLeastBatches) return 1;
  const auto n = static_cast<double>(count_);
  const double independent = std::max(squares_ - sum_ * sum_ / n, 0.0) / (n - 1) / n;
  const double actual = varianceOfMean();
  if (actual <= independent) return 1;
  return std::max(independent / actual, std::numeric_limits<double>::min());
}

}  // namespace iotcpd::loadgen
