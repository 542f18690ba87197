#pragma once

#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// What happened in one second (or less) of the run, at full precision; handed to those who write
/// it down as the run goes. Intervals follow each other without gap; one that is no warm-up holds
/// nothing of requests that were due in it, so that the others add up to the result.
struct RunInterval {
  Nanoseconds start{};  ///< since the start of the schedule
  Nanoseconds length{};
  bool isWarmup = false;
  std::uint64_t sent = 0;                      ///< misbehaving ones too
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

}  // namespace iotcpd::loadgen
