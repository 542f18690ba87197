#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/os/unique_fd.h"

namespace iotcpd {

/// Where a child's stderr goes.
enum class ChildStderr : std::uint8_t {
  kPipe,     ///< to us
  kInherit,  ///< where ours goes: it costs us nothing, and is the child's own affair
};

/// What a child process is started from.
struct ProcessImage {
  std::vector<std::string> words;         ///< program (searched in PATH) and arguments; not empty
  std::vector<std::string> environment;   ///< "NAME=value", set over the parent's environment
  std::optional<rlimit> descriptorLimit;  ///< RLIMIT_NOFILE of the child; nothing: the parent's
  ChildStderr stderrTo = ChildStderr::kPipe;
};

/// A child with our ends of its pipes, all non-blocking and close-on-exec.
struct LaunchedProcess {
  pid_t pid = -1;  ///< also its process group
  UniqueFd stdinWriter;
  UniqueFd stdoutReader;
  UniqueFd stderrReader;  ///< empty with ChildStderr::kInherit
};

/// The child, or the errno that kept it from being executed.
struct LaunchResult {
  std::optional<LaunchedProcess> process;
  int error = 0;
};

/// Starts a child with descriptors 0, 1, 2 only, an empty signal mask, default dispositions and its
/// own process group; it dies with the thread that starts it, and so with this process. A program
/// that cannot be executed is reported here and now. Costs about 0.1 ms whatever the parent's size
/// or descriptor limit (vfork).
/// From any thread; only that one sees its end with __WNOTHREAD.
[[nodiscard]] LaunchResult launchProcess(const ProcessImage& image);

}  // namespace iotcpd
