#include <fcntl.h>
#include <unistd.h>

#include "common/os/standard_descriptors.h"
#include "fake-daemons/app/application.h"

namespace {

/// A stdout that is closed from the start takes nothing: whoever writes to it is to be told.
void refuseWrites(int fd) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) return;
  ::dup2(full, fd);
  ::close(full);
}

}  // namespace

int main(int argc, char** argv) {
  const bool hasStdout = ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
  iotcpd::openStandardDescriptors();
  if (!hasStdout) refuseWrites(STDOUT_FILENO);
  return iotcpd::fake::runApplication(argc, argv);
}
