#include "redirector/policy/counters.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace iotcpd::redirector {
namespace {

constexpr std::int64_t kShortestTimeNs = 1'000;
constexpr std::int64_t kLongestTimeNs = 3'600'000'000'000;
constexpr int kTimeDigits = 3;

struct CauseRow {
  std::string_view name;
  Outcome outcome;
};

constexpr std::array<CauseRow, kCauseCount> kCauses{{
    {"none", Outcome::kReplied},
    {"busy-timeout", Outcome::kTimeout},
    {"oversize", Outcome::kFailed},
    {"eof", Outcome::kFailed},
    {"client-timeout", Outcome::kFailed},
    {"queue-full", Outcome::kFailed},
    {"queue-timeout", Outcome::kFailed},
    {"daemon-death", Outcome::kFailed},
    {"oversize-reply", Outcome::kFailed},
    {"drain-timeout", Outcome::kFailed},
    {"reset", Outcome::kUnknown},
    {"not-taken", Outcome::kUnknown},
}};

std::size_t bucketOf(Nanoseconds time) {
  const auto* const end = std::upper_bound(kBucketEnds.begin(), kBucketEnds.end(), time);
  return static_cast<std::size_t>(end - kBucketEnds.begin());
}

template <std::size_t N>
void add(std::array<std::uint64_t, N>& sums, const std::array<std::uint64_t, N>& values) {
  for (std::size_t i = 0; i < N; ++i) sums[i] += values[i];
}

}  // namespace

std::string_view outcomeName(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomeCount> kNames{"replied", "timeout", "failed",
                                                               "unknown"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string_view causeName(Cause cause) { return kCauses[static_cast<std::size_t>(cause)].name; }

Outcome outcomeOf(Cause cause) { return kCauses[static_cast<std::size_t>(cause)].outcome; }

Counters::Counters()
    : queueTimes_(kShortestTimeNs, kLongestTimeNs, kTimeDigits),
      serviceTimes_(kShortestTimeNs, kLongestTimeNs, kTimeDigits) {}

void Counters::queryHandedOut(Nanoseconds waited) { queueTimes_.record(waited.count()); }

void Counters::queryReplied(Nanoseconds sinceComplete, Nanoseconds service) {
  assert(inFlight() > 0);
  ++outcomes_[static_cast<std::size_t>(Outcome::kReplied)];
  ++causes_[static_cast<std::size_t>(Cause::kNone)];
  ++buckets_[bucketOf(sinceComplete)];
  serviceTimes_.record(service.count());
}

void Counters::queryEnded(Cause cause) {
  assert(cause != Cause::kNone);
  assert(inFlight() > 0);
  ++outcomes_[static_cast<std::size_t>(outcomeOf(cause))];
  ++causes_[static_cast<std::size_t>(cause)];
}

void Counters::merge(const Counters& other) {
  total_ += other.total_;
  delayed_ += other.delayed_;
  add(outcomes_, other.outcomes_);
  add(causes_, other.causes_);
  add(buckets_, other.buckets_);
  add(condemned_, other.condemned_);
  add(refused_, other.refused_);
  spawns_ += other.spawns_;
  deaths_ += other.deaths_;
  retired_ += other.retired_;
  byteless_ += other.byteless_;
  bytesIn_ += other.bytesIn_;
  bytesOut_ += other.bytesOut_;
  queueTimes_.merge(other.queueTimes_);
  serviceTimes_.merge(other.serviceTimes_);
}

std::uint64_t Counters::inFlight() const {
  return total_ - std::accumulate(outcomes_.begin(), outcomes_.end(), std::uint64_t{0});
}

}  // namespace iotcpd::redirector
