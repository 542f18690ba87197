#include "common/os/descriptor_limit.h"

#include <fcntl.h>
#include <unistd.h>

namespace iotcpd {

rlimit raiseDescriptorLimit() {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit raised{before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &raised);
  return before;
}

void openStandardDescriptors() {
  int fd = -1;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) ::close(fd);
}

void closeStandardDescriptor(int fd) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) {
    ::close(fd);
    return;
  }
  ::dup2(nothing, fd);
  if (nothing != fd) ::close(nothing);
}

}  // namespace iotcpd
