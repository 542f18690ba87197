#include "redirector/policy/respawn_backoff.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace iotcpd::redirector {

RespawnBackoff::Decision RespawnBackoff::died(bool served, Nanoseconds lived, double jitter) {
  if (served || lived > kLongest) {
    deathsInARow_ = 0;
    stage_ = 0;
    return {};
  }
  if (deathsInARow_ == 0) {
    deathsInARow_ = 1;
    return {};
  }
  return delayed(jitter);
}

RespawnBackoff::Decision RespawnBackoff::couldNotStart(double jitter) {
  // A death that follows is the second in a row: the slot has been in trouble before it.
  deathsInARow_ = 1;
  return delayed(jitter);
}

RespawnBackoff::Decision RespawnBackoff::delayed(double jitter) {
  assert(jitter >= 0 && jitter < 1);
  Decision decision;
  if (stage_ == 0 || base() < kLongest) {
    ++stage_;
    decision.newStage = true;
  }
  const double extra = static_cast<double>(base().count()) / 4 * jitter;
  decision.delay = std::min(base() + Nanoseconds(std::llround(extra)), kLongest);
  return decision;
}

Nanoseconds RespawnBackoff::base() const {
  // No overflow: the stages end with the first that reaches kLongest, 17 doublings from kShortest.
  const Nanoseconds first = std::clamp(first_, kShortest, kLongest);
  return std::min(first * (std::int64_t{1} << (stage_ - 1)), kLongest);
}

}  // namespace iotcpd::redirector
