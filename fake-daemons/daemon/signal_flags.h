#pragma once

#include <csignal>

#include "common/time/clock.h"

namespace iotcpd::fake {

/// SIGTERM and SIGCHLD come through only while the loop waits, and are remembered here; or SIGTERM
/// ends the process whenever it waits. One a process, since signals are.
class SignalFlags {
 public:
  /// Blocks and catches both, and ignores SIGPIPE and SIGXFSZ.
  static void install();
  /// For a process that has nothing to do upon SIGTERM but end: lets it through at any time, so
  /// that whatever call may wait.
  static void letTermEndWaits();
  /// From here on SIGTERM ends the process at once, and so does one that came before. REQUIRES:
  /// letTermEndWaits() was called.
  static void beginWait();
  /// From here on SIGTERM waits for the next beginWait().
  static void endWait();
  /// The mask to wait with.
  [[nodiscard]] static const sigset_t& maskWhileWaiting();
  /// Waits for either of both, and no longer than that.
  static void sleep(Nanoseconds time);
  /// Whether it has come since the last call.
  [[nodiscard]] static bool takeTerm();
  [[nodiscard]] static bool takeChild();
};

}  // namespace iotcpd::fake
