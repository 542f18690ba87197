#pragma once

#include <sys/types.h>

#include <string_view>

#include "common/os/unique_fd.h"

namespace iotcpd {

/// A descriptor for the same file as `fd` that can be written to without ever blocking, and without
/// changing `fd` for those it is shared with: O_NONBLOCK belongs to the open file description,
/// which a shell, a terminal or a parent may hold too. Use writeNonBlocking() on it.
[[nodiscard]] UniqueFd openNonBlocking(int fd);

/// write(2) that fails with EAGAIN rather than wait; works on sockets too. Up to PIPE_BUF bytes go
/// to a pipe whole or not at all. REQUIRES: SIGPIPE is ignored.
[[nodiscard]] ssize_t writeNonBlocking(int fd, std::string_view bytes);

}  // namespace iotcpd
