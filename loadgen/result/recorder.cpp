#include "loadgen/result/recorder.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace iotcpd::loadgen {
namespace {

void empty(HdrHistogram& histogram) {
  if (histogram.count() > 0) histogram.reset();
}

void addTo(HdrHistogram& sum, const HdrHistogram& histogram) {
  if (histogram.count() > 0) sum.merge(histogram);
}

HdrHistogram& okLatencyOf(Result& result) {
  return result.latency[static_cast<std::size_t>(Outcome::kOk)];
}

std::uint64_t totalOf(const std::array<OutcomeCounts, kBehaviourCount>& misbehaved) {
  std::uint64_t sum = 0;
  for (const OutcomeCounts& counts : misbehaved) sum += counts.total();
  return sum;
}

}  // namespace

Recorder::Recorder(Nanoseconds warmup, Nanoseconds intervalLength)
    : warmup_(warmup), intervalLength_(intervalLength) {
  assert(warmup >= Nanoseconds::zero() && intervalLength > Nanoseconds::zero());
}

void Recorder::addSink(IntervalSink& sink) { sinks_.push_back(&sink); }

void Recorder::begin(TimePoint start) {
  start_ = start;
  measuredStart_ = start + warmup_;
  inFlight_.begin(measuredStart_);
  beginInterval(start);
}

void Recorder::onSent(const SentRequest& request, Nanoseconds ownLag, std::uint64_t count) {
  if (request.sent >= intervalOver_) advance(request.sent);
  inFlight_.onSent(request.sent, count);
  const bool measured = isMeasured(request.due);
  if (measured || interval_.isWarmup) interval_.sent += count;
  if (!measured) return;
  result_.sent += count;
  const auto times = static_cast<std::int64_t>(count);
  result_.sendLag.record((request.sent - request.due).count(), times);
  result_.self.ownLag.record(ownLag.count(), times);
}

void Recorder::onConnected(TimePoint due, Nanoseconds took) {
  if (isMeasured(due)) result_.connect.record(took.count());
}

void Recorder::onFirstByte(const SentRequest& request, TimePoint now, std::uint64_t count) {
  if (!isMeasured(request.due) || request.behaviour != Behaviour::kOrdinary) return;
  result_.firstByte.record((now - request.sent).count(), static_cast<std::int64_t>(count));
}

void Recorder::onOutcome(const SentRequest& request, Outcome outcome, TimePoint now,
                         std::uint64_t count) {
  if (now >= intervalOver_) advance(now);
  if (request.isSent) inFlight_.onEnded(request.sent, now, count);
  if (!isMeasured(request.due)) result_.warmupRequests += count;
  if (request.behaviour == Behaviour::kOrdinary) {
    recordOrdinary(request, outcome, now, count);
  } else if (isMeasured(request.due)) {
    result_.misbehaved[static_cast<std::size_t>(request.behaviour)].add(outcome, count);
  }
}

void Recorder::recordOrdinary(const SentRequest& request, Outcome outcome, TimePoint now,
                              std::uint64_t count) {
  const bool measured = isMeasured(request.due);
  if (!measured && !interval_.isWarmup) return;
  interval_.outcomes.add(outcome, count);
  if (measured) result_.outcomes.add(outcome, count);
  const auto times = static_cast<std::int64_t>(count);
  const std::int64_t latency = (now - request.due).count();
  if (outcome == Outcome::kOk) {
    interval_.latency.record(latency, times);
    interval_.service.record((now - request.sent).count(), times);
    if (!measured) return;
    latencyMean_.add(static_cast<double>(latency), count);
  } else if (measured) {
    result_.latency[static_cast<std::size_t>(outcome)].record(latency, times);
  }
}

void Recorder::onBytes(std::uint64_t sent, std::uint64_t received) {
  if (interval_.isWarmup) return;
  result_.bytesSent += sent;
  result_.bytesReceived += received;
}

void Recorder::beginInterval(TimePoint start) {
  interval_.start = start - start_;
  interval_.isWarmup = start < measuredStart_;
  interval_.sent = 0;
  interval_.outcomes = {};
  empty(interval_.latency);
  empty(interval_.service);
  intervalEnd_ = start + intervalLength_;
  if (interval_.isWarmup) intervalEnd_ = std::min(intervalEnd_, measuredStart_);
  // A measured request may be due, and answered, the moment the warm-up ends.
  const bool leavesItsEnd = interval_.isWarmup && intervalEnd_ == measuredStart_;
  intervalOver_ = intervalEnd_ + Nanoseconds(leavesItsEnd ? 0 : 1);
}

void Recorder::endInterval(TimePoint end) {
  interval_.length = end - start_ - interval_.start;
  for (IntervalSink* sink : sinks_) sink->onInterval(interval_);
  if (!interval_.isWarmup) {
    addTo(okLatencyOf(result_), interval_.latency);
    addTo(result_.service, interval_.service);
    timeline_.add(interval_);
  }
  beginInterval(end);
}

void Recorder::advance(TimePoint now) {
  while (now >= intervalOver_) endInterval(intervalEnd_);
}

const HdrHistogram& Recorder::latencySoFar() {
  soFar_ = result_.okLatency();
  if (!interval_.isWarmup) addTo(soFar_, interval_.latency);
  return soFar_;
}

Result Recorder::finish(TimePoint now) {
  advance(now);
  const bool isEmpty = interval_.sent == 0 && interval_.outcomes.total() == 0;
  if (now > start_ + interval_.start || !isEmpty) endInterval(now);
  result_.measured = std::max(now - measuredStart_, Nanoseconds::zero());
  result_.planned = result_.outcomes.total() + totalOf(result_.misbehaved);
  result_.meanLatency = latencyMean_.mean();
  result_.meanHalfWidth = latencyMean_.halfWidth();
  result_.effectiveShare = latencyMean_.effectiveShare();
  result_.self.meanInFlight = inFlight_.mean(now);
  result_.self.littlesInFlight = inFlight_.byLittlesLaw(now);
  result_.timeline = timeline_.take();
  return std::move(result_);
}

}  // namespace iotcpd::loadgen
