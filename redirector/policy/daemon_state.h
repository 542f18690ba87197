#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iotcpd::redirector {

/// Where a slot's process stands; the names the predecessor prints, and kStopping.
enum class DaemonState : std::uint8_t {
  kSpawning,   ///< no process; waiting its turn
  kStarting,   ///< a process runs, not yet proven
  kAvailable,  ///< idle, may be handed a request
  kBusy,       ///< works on a request, or rests after one
  kStopping,   ///< condemned or retired, being stopped; no longer in a slot
};
inline constexpr std::size_t kDaemonStateCount = 5;

[[nodiscard]] constexpr std::string_view daemonStateName(DaemonState state) {
  constexpr std::array<std::string_view, kDaemonStateCount> kNames{
      "S_SPAWNING", "S_STARTING", "S_AVAILABLE", "S_BUSY", "S_STOPPING"};
  return kNames[static_cast<std::size_t>(state)];
}

/// Why a daemon was condemned: killed and replaced because its output can no longer be trusted.
enum class CondemnCause : std::uint8_t {
  kTimeout,        ///< exceeded busy-timeout
  kStrayOutput,    ///< wrote while idle or resting, or more than one line
  kOversizeReply,  ///< no newline within max-reply
  kClosedStdout,   ///< closed its stdout and lives on
  kBrokenStdin,    ///< its stdin cannot be written to
  kProbe,          ///< answered the probe wrongly or not at all
  kUnknownId,      ///< with --concurrency: answered what was not outstanding
};
inline constexpr std::size_t kCondemnCauseCount = 7;

[[nodiscard]] constexpr std::string_view condemnCauseName(CondemnCause cause) {
  constexpr std::array<std::string_view, kCondemnCauseCount> kNames{
      "timeout",      "stray-output", "oversize-reply", "closed-stdout",
      "broken-stdin", "probe",        "unknown-id"};
  return kNames[static_cast<std::size_t>(cause)];
}

}  // namespace iotcpd::redirector
