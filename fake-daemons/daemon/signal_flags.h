#pragma once

#include <csignal>

namespace iotcpd::fake {

/// SIGTERM and SIGCHLD come through only while the loop waits, and are remembered here. One a
/// process, since signals are.
class SignalFlags {
 public:
  /// Blocks and catches both, and ignores SIGPIPE and SIGXFSZ.
  static void install();
  /// The mask to wait with.
  [[nodiscard]] static const sigset_t& maskWhileWaiting();
  /// Whether it has come since the last call.
  [[nodiscard]] static bool takeTerm();
  [[nodiscard]] static bool takeChild();
};

}  // namespace iotcpd::fake
