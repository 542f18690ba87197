#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::int64_t kLowestNs = 1'000;
constexpr std::int64_t kHighestNs = 3'600'000'000'000;

}  // namespace

HdrHistogram makeTimeHistogram() { return {kLowestNs, kHighestNs, 3}; }
HdrHistogram makeCoarseHistogram() { return {kLowestNs, kHighestNs, 1}; }

double Result::rate() const {
  const double seconds = std::chrono::duration<double>(measured).count();
  return seconds > 0 ? static_cast<double>(outcomes[Outcome::kOk]) / seconds : 0;
}

}  // namespace iotcpd::loadgen
