#pragma once

#include <functional>

#include "common/os/unique_fd.h"

namespace iotcpd::redirector {

/// Blocks the signals that the service serves, and ignores SIGPIPE and SIGXFSZ. Call in main()
/// before anything can start a thread, so that every thread inherits the mask.
void blockServedSignals();

/// The served signals as a descriptor for the loop. REQUIRES: blockServedSignals() was called.
class Signals {
 public:
  /// Throws std::system_error when the kernel gives no descriptor.
  explicit Signals(std::function<void(int signal)> onSignal);

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Takes all that are pending. Driven by the loop when fd() is readable.
  void take();

 private:
  UniqueFd fd_;
  std::function<void(int)> onSignal_;
};

}  // namespace iotcpd::redirector
