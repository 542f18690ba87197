#include "loadgen/app/rate_search.h"

#include <algorithm>
#include <cmath>

namespace iotcpd::loadgen {

std::optional<double> RateSearch::next() const {
  if (held_ == 0) return broken_ ? std::optional<double>() : from_;
  if (!broken_) return held_ >= to_ ? std::optional<double>() : std::min(2 * held_, to_);
  if (*broken_ <= held_ * (1 + precision_)) return std::nullopt;
  return std::sqrt(held_ * *broken_);
}

void RateSearch::tell(double rate, bool holds) {
  if (holds) {
    held_ = std::max(held_, rate);
  } else {
    broken_ = std::min(broken_.value_or(rate), rate);
  }
}

}  // namespace iotcpd::loadgen
