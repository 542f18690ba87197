#pragma once

#include <string_view>
#include <vector>

#include "loadgen/result/recorder.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// A run that nobody has made: drawn from a seed, the same at any time on any machine.
struct Sample {
  Result result;
  std::vector<RunInterval> intervals;  ///< what its sinks have been told
};

/// Its name is one of kSampleNames; else throws std::invalid_argument.
[[nodiscard]] Sample makeSample(std::string_view name);

/// steady   1000/s for a minute, few errors, assertions of which one fails, a served redirector
/// stall    the same against a service that stands still for a second
/// few      150 replies, too few for most percentiles
/// closed   a closed loop, kept alive
/// hostile  every outcome and behaviour, invalid, with texts that try to break out of any format
/// refused  no reply at all
inline constexpr std::string_view kSampleNames[] = {"steady", "stall",   "few",
                                                    "closed", "hostile", "refused"};

}  // namespace iotcpd::loadgen
