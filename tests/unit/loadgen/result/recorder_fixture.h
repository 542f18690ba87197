#pragma once

#include <vector>

#include <gtest/gtest.h>

#include "loadgen/result/recorder.h"

namespace iotcpd::loadgen {

/// What an interval said of itself, without its histograms.
struct SeenInterval {
  Nanoseconds start, length;
  bool isWarmup;
  std::uint64_t sent;
  OutcomeCounts outcomes;
  std::int64_t latencies, services;
};

class IntervalList final : public IntervalSink {
 public:
  void onInterval(const RunInterval& interval) override {
    seen.push_back({interval.start, interval.length, interval.isWarmup, interval.sent,
                    interval.outcomes, interval.latency.count(), interval.service.count()});
  }

  std::vector<SeenInterval> seen;
};

/// A run told in sentences; all times since its start.
class RecordedRun {
 public:
  explicit RecordedRun(Nanoseconds warmup = {}, Nanoseconds interval = std::chrono::seconds(1))
      : recorder(warmup, interval) {
    recorder.addSink(intervals);
    recorder.begin(start_);
  }

  [[nodiscard]] TimePoint at(Nanoseconds time) const { return start_ + time; }

  /// Sent when due, answered after `took`.
  void request(Nanoseconds due, Nanoseconds took, Outcome outcome = Outcome::kOk,
               Behaviour behaviour = Behaviour::kOrdinary) {
    lateRequest(due, Nanoseconds(0), took, outcome, behaviour);
  }
  /// Sent `lag` after it was due.
  void lateRequest(Nanoseconds due, Nanoseconds lag, Nanoseconds took,
                   Outcome outcome = Outcome::kOk, Behaviour behaviour = Behaviour::kOrdinary) {
    const SentRequest sent{at(due), at(due + lag), behaviour};
    recorder.onSent(sent, lag);
    recorder.onOutcome(sent, outcome, at(due + lag + took));
  }
  void unsent(Nanoseconds due, Outcome outcome, Nanoseconds ended) {
    recorder.onOutcome({at(due), at(due), Behaviour::kOrdinary, false}, outcome, at(ended));
  }
  [[nodiscard]] Result finish(Nanoseconds time) { return recorder.finish(at(time)); }

  Recorder recorder;
  IntervalList intervals;

 private:
  TimePoint start_{std::chrono::hours(5)};
};

/// What README, report and tests rely on.
inline void expectSumsToThePlan(const Result& result) {
  std::uint64_t misbehaved = 0;
  for (const OutcomeCounts& counts : result.misbehaved) misbehaved += counts.total();
  EXPECT_EQ(result.planned, result.outcomes.total() + misbehaved);
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    EXPECT_EQ(static_cast<std::uint64_t>(result.latency[i].count()),
              result.outcomes[static_cast<Outcome>(i)])
        << outcomeName(static_cast<Outcome>(i));
  }
}

}  // namespace iotcpd::loadgen
