#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// Between two bytes of a slow-loris request.
inline constexpr std::chrono::milliseconds kLorisPause{100};
/// An oversize request: beyond what any server of lines takes.
inline constexpr std::size_t kOversizeBytes = 64UL * 1024;

/// What is sent for `line` under a behaviour.
[[nodiscard]] std::string_view misbehavedLine(Behaviour behaviour, std::string_view line,
                                              std::string& scratch);

/// What becomes of the connection once all bytes of its request are out.
enum class AfterSend : std::uint8_t {
  kRead,       ///< awaits the reply
  kHalfClose,  ///< closes the sending side, then awaits the reply
  kClose,      ///< leaves
  kReset,      ///< leaves with a reset
};
[[nodiscard]] AfterSend afterSend(Behaviour behaviour);

/// How a request ends that the client itself breaks off: no reply is awaited. REQUIRES: kClose or
/// kReset.
[[nodiscard]] Outcome brokenOffOutcome(AfterSend after);

}  // namespace iotcpd::loadgen
