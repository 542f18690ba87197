#pragma once

#include <cmath>
#include <string_view>

#include "common/random/random_stream.h"
#include "loadgen/result/recorder.h"

namespace iotcpd::loadgen {

/// A run of `seconds` seconds that went through the recorder: 1000 requests a second, each answered
/// after an exponential time of mean `meanMs`, every `errorEvery`th with an error (0: none). The
/// name makes it another run of the same kind.
inline Result recordedResult(std::string_view name, int seconds, double meanMs,
                             std::uint64_t errorEvery = 0) {
  const TimePoint start{std::chrono::hours(1)};
  RandomStream random(1, name);
  Recorder recorder({}, std::chrono::seconds(1));
  recorder.begin(start);
  const auto requests = static_cast<std::uint64_t>(seconds) * 1000;
  for (std::uint64_t i = 0; i < requests; ++i) {
    const TimePoint due = start + std::chrono::milliseconds(i);
    const SentRequest request{due, due + Nanoseconds(1), Behaviour::kOrdinary};
    const double took = -meanMs * 1e6 * std::log1p(-random.uniform());
    const bool isError = errorEvery != 0 && i % errorEvery == 0;
    recorder.onSent(request, Nanoseconds(1));
    recorder.onOutcome(request, isError ? Outcome::kErrorReply : Outcome::kOk,
                       due + Nanoseconds(static_cast<std::int64_t>(took)));
  }
  Result result = recorder.finish(start + std::chrono::seconds(seconds));
  result.run.isOpenLoop = true;
  result.run.rate = "1000/s";
  result.targetRate = 1000;
  return result;
}

}  // namespace iotcpd::loadgen
