#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace iotcpd::loadgen {

/// The stdio daemons that exec: has run.
struct DaemonsReport {
  std::string command;
  std::uint64_t count = 0;     ///< that ran at a time
  std::uint64_t started = 0;   ///< at the beginning, and instead of those that were lost
  std::uint64_t ended = 0;     ///< in the run, by themselves
  std::uint64_t killed = 0;    ///< in the run, being late or out of step with their requests
  std::optional<int> lastEnd;  ///< exit code of the last that ended; negative: by that signal

  friend bool operator==(const DaemonsReport&, const DaemonsReport&) = default;
};

/// What was lost in the run, in a sentence; empty when nothing was.
[[nodiscard]] std::string lossText(const DaemonsReport& daemons);

/// "exit 1", and "signal 9" for -9.
[[nodiscard]] std::string exitText(int code);

}  // namespace iotcpd::loadgen
