#pragma once

#include <sys/wait.h>

namespace iotcpd::loadgen {

/// Of a status as waitpid(2) gives it: the exit code, or the negative number of the signal.
[[nodiscard]] inline int exitCodeOf(int status) {
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace iotcpd::loadgen
