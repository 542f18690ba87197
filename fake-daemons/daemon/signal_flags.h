#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstddef>

#include "common/time/clock.h"

namespace iotcpd::fake {

/// SIGTERM and SIGCHLD come through only while the loop waits, and are remembered here. One a
/// process, since signals are.
class SignalFlags {
 public:
  /// Blocks and catches both, and ignores SIGPIPE and SIGXFSZ.
  static void install();
  /// For a process that waits for none of its children: the kernel reaps those that end from now
  /// on.
  static void leaveChildrenToKernel();
  /// As read(2), but once SIGTERM has come, even just before, it waits no longer and fails with
  /// EINTR; what it has read it returns all the same. `fd` is closed then: for a process that does
  /// nothing upon SIGTERM but end. SIGTERM comes through from then until holdTerm().
  [[nodiscard]] static ssize_t readUntilTerm(int fd, char* buffer, std::size_t size);
  /// Before any other wait: SIGTERM comes through only there again. True when it has come
  /// meanwhile.
  [[nodiscard]] static bool holdTerm();
  /// The mask to wait with.
  [[nodiscard]] static const sigset_t& maskWhileWaiting();
  /// Waits for either of both, and no longer than that.
  static void sleep(Nanoseconds time);
  /// Whether it has come since the last call.
  [[nodiscard]] static bool takeTerm();
  [[nodiscard]] static bool takeChild();
};

}  // namespace iotcpd::fake
