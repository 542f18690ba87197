#include "common/random/distribution.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace iotcpd {
namespace {

constexpr Nanoseconds kMost = std::chrono::hours(24);

double inNs(Nanoseconds time) { return static_cast<double>(time.count()); }

Nanoseconds clamped(double ns) {
  if (!(ns > 0)) return Nanoseconds::zero();
  if (ns >= inNs(kMost)) return kMost;
  return Nanoseconds(std::llround(ns));
}

/// Uniform in (0, 1], for logarithms.
double positive(RandomStream& stream) { return 1.0 - stream.uniform(); }

/// Standard normal (Box and Muller 1958, the cosine of the pair).
double standardNormal(RandomStream& stream) {
  const double radius = std::sqrt(-2.0 * std::log(positive(stream)));
  return radius * std::cos(2.0 * std::numbers::pi * stream.uniform());
}

template <typename Values>
const auto& pick(const Values& values, RandomStream& stream) {
  const auto size = static_cast<double>(values.size());
  const auto index = static_cast<std::size_t>(stream.uniform() * size);
  return values[std::min(index, values.size() - 1)];
}

}  // namespace

/// Inverse transforms, one number each, but for the normal ones.
class Distribution::Sampler {
 public:
  Sampler(RandomStream& stream, std::uint64_t outstanding)
      : stream_(stream), outstanding_(outstanding) {}

  Nanoseconds operator()(const Constant& constant) const { return constant.value; }

  Nanoseconds operator()(const Uniform& uniform) const {
    return clamped(inNs(uniform.low) + stream_.uniform() * inNs(uniform.high - uniform.low));
  }

  Nanoseconds operator()(const Normal& normal) const {
    return clamped(inNs(normal.mean) + standardNormal(stream_) * inNs(normal.deviation));
  }

  Nanoseconds operator()(const Exponential& exponential) const {
    return clamped(-inNs(exponential.mean) * std::log(positive(stream_)));
  }

  Nanoseconds operator()(const LogNormal& logNormal) const {
    // The 99th percentile of the standard normal.
    constexpr double kZ99 = 2.3263478740408408;
    const double sigma = std::log(inNs(logNormal.p99) / inNs(logNormal.median)) / kZ99;
    return clamped(inNs(logNormal.median) * std::exp(sigma * standardNormal(stream_)));
  }

  Nanoseconds operator()(const Pareto& pareto) const {
    return clamped(inNs(pareto.least) * std::pow(positive(stream_), -1.0 / pareto.alpha));
  }

  Nanoseconds operator()(const Weibull& weibull) const {
    return clamped(inNs(weibull.scale) *
                   std::pow(-std::log(positive(stream_)), 1.0 / weibull.shape));
  }

  Nanoseconds operator()(const Mix& mix) const {
    double drawn = stream_.uniform();
    for (const Part& part : *mix.parts) {
      drawn -= part.share.value();
      if (drawn < 0) return part.distribution.sample(stream_, outstanding_);
    }
    return mix.parts->back().distribution.sample(stream_, outstanding_);
  }

  Nanoseconds operator()(const Empirical& empirical) const {
    return pick(*empirical.times, stream_);
  }

  Nanoseconds operator()(const Load& load) const {
    return clamped(inNs(load.base) + inNs(load.perRequest) * static_cast<double>(outstanding_));
  }

 private:
  RandomStream& stream_;
  std::uint64_t outstanding_;
};

Nanoseconds Distribution::sample(RandomStream& stream, std::uint64_t outstanding) const {
  return std::visit(Sampler(stream, outstanding), kind_);
}

bool Distribution::isZero() const {
  const auto* constant = std::get_if<Constant>(&kind_);
  return constant != nullptr && constant->value == Nanoseconds::zero();
}

// Their texts say all there is to them.
bool operator==(const Distribution& left, const Distribution& right) {
  return left.text() == right.text();
}

}  // namespace iotcpd
