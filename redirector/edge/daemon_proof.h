#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <Poco/RegularExpression.h>

#include "redirector/edge/daemon_process.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// What a new daemon must do before clients are given to it: being alive is not being correct.
///
///     with a probe             answer it, within busy-timeout, as probe-expect says
///     none, start or respawn   nothing: the successful exec proves it
///     none, successor          be alive and silent for alarm-interval
class DaemonProof {
 public:
  enum class Verdict { kPending, kProven, kFailed };
  enum class Kind { kFirst, kSuccessor };

  /// Throws Poco::RegularExpressionException when probe-expect is not one.
  explicit DaemonProof(const PoolSettings& settings);

  /// It has a question; without one it takes silence, or nothing, for a proof.
  [[nodiscard]] bool asks() const { return !probe_.empty(); }

  /// Puts the daemon, which has just been started, into Phase::kProving unless nothing has to be
  /// proven.
  [[nodiscard]] Verdict begin(DaemonProcess& daemon, Kind kind) const;
  /// The daemon said something, or closed its stdout, while being proven; seen `at`.
  [[nodiscard]] Verdict onEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                                TimePoint at) const;
  /// Its deadline passed while being proven.
  [[nodiscard]] Verdict onDeadline(const DaemonProcess& daemon) const;

 private:
  [[nodiscard]] bool accepts(std::string_view line) const;

  std::string probe_;
  std::unique_ptr<Poco::RegularExpression> expected_;  ///< nullptr: any line
  Nanoseconds timeout_;
  Nanoseconds silence_;
  Nanoseconds settle_;
};

}  // namespace iotcpd::redirector
