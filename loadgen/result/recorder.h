#pragma once

#include <vector>

#include "loadgen/result/batch_means.h"
#include "loadgen/result/in_flight.h"
#include "loadgen/result/result.h"
#include "loadgen/result/run_interval.h"
#include "loadgen/result/timeline.h"

namespace iotcpd::loadgen {

/// A request on its way, as the recorder needs to know it.
struct SentRequest {
  TimePoint due;   ///< in a closed loop: when its client wanted to send it
  TimePoint sent;  ///< its due time when it never was
  Behaviour behaviour = Behaviour::kOrdinary;
  bool isSent = true;

  friend bool operator==(const SentRequest&, const SentRequest&) = default;
};

/// Collects what happens, in fixed memory. Driven by the sequencer, which says what time it is;
/// the four calls below `begin` are the hot path: no allocation, no clock.
///
/// Each request that the sequencer takes from the plan gets exactly one onOutcome(). Then
///
///     calls of onOutcome = planned + warmupRequests
///     planned            = outcomes.total() + the total of each kind in misbehaved
///
/// A request belongs to the warm-up when it is *due* before the warm-up's end, however late it is
/// sent or answered. An interval holds what *happens* in it: after begin, up to and with its end;
/// only that with which the warm-up ends leaves its end to the next.
class Recorder {
 public:
  /// REQUIRES: warmup >= 0, intervalLength > 0.
  Recorder(Nanoseconds warmup, Nanoseconds intervalLength);
  /// `sink` outlives the recorder.
  void addSink(IntervalSink& sink);

  /// The schedule starts. REQUIRES: before all that follows, once.
  void begin(TimePoint start);
  /// A request goes out. `ownLag` is the part of its lateness that no busy connection explains.
  /// Here and below, `count` requests that are alike and go out, or end, in one moment: those of a
  /// pipeline are told for the price of one.
  void onSent(const SentRequest& request, Nanoseconds ownLag, std::uint64_t count = 1);
  void onConnected(TimePoint due, Nanoseconds took);
  void onFirstByte(const SentRequest& request, TimePoint now, std::uint64_t count = 1);
  /// It ended. One that was never sent is refused or censored; with any other there has been an
  /// onSent() with the same times.
  void onOutcome(const SentRequest& request, Outcome outcome, TimePoint now,
                 std::uint64_t count = 1);
  /// Counted unless it happens in the warm-up.
  void onBytes(std::uint64_t sent, std::uint64_t received);

  /// Ends intervals that are over. At least once per interval, on time or late: what happens
  /// meanwhile goes into the right one, and intervals in which nothing happened are told too.
  void advance(TimePoint now);
  /// The latency over ok so far, current interval included; the effective share likewise.
  /// Valid until the next call of a member that is not const.
  [[nodiscard]] const HdrHistogram& latencySoFar();
  [[nodiscard]] double effectiveShareSoFar() const { return latencyMean_.effectiveShare(); }

  /// The run is over: ends the last interval and hands everything over, without description, target
  /// rate, service, self-check (but for ownLag and what is in flight) and assertions. The recorder
  /// is of no use after that.
  [[nodiscard]] Result finish(TimePoint now);

 private:
  [[nodiscard]] bool isMeasured(TimePoint due) const { return due >= measuredStart_; }
  void recordOrdinary(const SentRequest& request, Outcome outcome, TimePoint now,
                      std::uint64_t count);
  void beginInterval(TimePoint start);
  void endInterval(TimePoint end);

  Nanoseconds warmup_;
  Nanoseconds intervalLength_;
  TimePoint start_;
  TimePoint measuredStart_;
  TimePoint intervalEnd_;
  TimePoint intervalOver_;  ///< the first moment that is no part of the interval any more
  RunInterval interval_;
  Result result_;  ///< what is measured, but for latency and service over ok of interval_
  BatchMeans latencyMean_;
  InFlight inFlight_;
  Timeline timeline_;
  HdrHistogram soFar_ = makeTimeHistogram();
  std::vector<IntervalSink*> sinks_;
};

}  // namespace iotcpd::loadgen
