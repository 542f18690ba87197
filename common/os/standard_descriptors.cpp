#include "common/os/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

namespace iotcpd {

void openStandardDescriptors(ClosedOutput closedOutput) {
  const int mode = closedOutput == ClosedOutput::kFails ? O_RDONLY : O_RDWR;
  int fd = -1;
  do {
    fd = ::open("/dev/null", mode);
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
