#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/os/process_launch.h"
#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {

/// Starts one daemon process. A seam: tests put pipes of their own behind it.
class DaemonLauncher {
 public:
  virtual ~DaemonLauncher() = default;
  /// `words`: program and arguments.
  [[nodiscard]] virtual LaunchResult launch(const std::vector<std::string>& words, SlotId worker,
                                            std::uint64_t incarnation) = 0;
  /// Sends a signal to the process and its group.
  virtual void signalGroup(pid_t pid, int signal) = 0;

  /// One ended child.
  struct Exit {
    pid_t pid = -1;  ///< -1: none has ended
    int code = 0;    ///< exit code, or the number of the signal that killed it
    bool killed = false;
  };
  /// A child that has ended and is not reaped yet.
  [[nodiscard]] virtual Exit nextExited() = 0;
  virtual void reap(pid_t pid) = 0;
};

/// Real processes, which end when the thread does that has launched them. Only that thread sees
/// their end.
class ProcessLauncher final : public DaemonLauncher {
 public:
  /// `descriptorLimit`: RLIMIT_NOFILE as it was before this process raised its own.
  explicit ProcessLauncher(const rlimit& descriptorLimit) : descriptorLimit_(descriptorLimit) {}

  [[nodiscard]] LaunchResult launch(const std::vector<std::string>& words, SlotId worker,
                                    std::uint64_t incarnation) override;
  void signalGroup(pid_t pid, int signal) override;
  [[nodiscard]] Exit nextExited() override;
  void reap(pid_t pid) override;

 private:
  rlimit descriptorLimit_;
};

}  // namespace iotcpd::redirector
