#pragma once

#include <vector>

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// What happened in one second (or less) of the run, at full precision; handed to those who write
/// it down as the run goes.
struct RunInterval {
  Nanoseconds start{};  ///< since the start of the schedule
  Nanoseconds length{};
  bool isWarmup = false;
  std::uint64_t sent = 0;
  OutcomeCounts outcomes;                      ///< of ordinary requests, by completion
  HdrHistogram latency = makeTimeHistogram();  ///< over ok
  HdrHistogram service = makeTimeHistogram();  ///< over ok
};

/// Told of each interval when it has ended.
class IntervalSink {
 public:
  virtual ~IntervalSink() = default;
  virtual void onInterval(const RunInterval& interval) = 0;
};

/// A request on its way, as the recorder needs to know it.
struct SentRequest {
  TimePoint due;  ///< in a closed loop: when its client wanted to send it
  TimePoint sent;
  Behaviour behaviour = Behaviour::kOrdinary;
};

/// Collects what happens, in fixed memory. Driven by the sequencer, which says what time it is;
/// the four calls below `begin` are the hot path: no allocation, no clock.
class Recorder {
 public:
  Recorder(Nanoseconds warmup, Nanoseconds intervalLength);
  /// `sink` outlives the recorder.
  void addSink(IntervalSink& sink);

  /// The schedule starts.
  void begin(TimePoint start);
  /// A request goes out. `ownLag` is the part of its lateness that no busy connection explains.
  void onSent(const SentRequest& request, Nanoseconds ownLag);
  void onConnected(TimePoint due, Nanoseconds took);
  void onFirstByte(const SentRequest& request, TimePoint now);
  /// It ended. For one that was never sent, `sent` is its due time.
  void onOutcome(const SentRequest& request, Outcome outcome, TimePoint now);
  void onBytes(std::uint64_t sent, std::uint64_t received);

  /// Ends intervals that are over. At least once per interval, on time or late.
  void advance(TimePoint now);
  /// The latency over ok so far, current interval included; the effective share likewise.
  [[nodiscard]] const HdrHistogram& latencySoFar();
  [[nodiscard]] double effectiveShareSoFar() const;

  /// The run is over: ends the last interval and hands everything over, without description, target
  /// rate, service, self-check (but for ownLag) and assertions.
  [[nodiscard]] Result finish(TimePoint now);
};

}  // namespace iotcpd::loadgen
