#include "common/os/nonblocking.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace iotcpd {
namespace {

bool isKind(int fd, mode_t kind) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

bool isForWriting(int fd) { return (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY; }

}  // namespace

UniqueFd openNonBlocking(int fd) {
  // What may only be read must not become an output by being opened again.
  if (isForWriting(fd) && (isKind(fd, S_IFIFO) || isKind(fd, S_IFCHR))) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    UniqueFd own(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (own) return own;
  }
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

ssize_t writeNonBlocking(int fd, std::string_view bytes) {
  // As it mostly is, so that this is the one thing to ask.
  if ((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0) return ::write(fd, bytes.data(), bytes.size());
  if (isKind(fd, S_IFSOCK)) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  // Where a description of our own could not be had: ask first. A pipe that polls writable takes
  // PIPE_BUF bytes.
  if (!isKind(fd, S_IFREG)) {
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 0) {
      errno = EAGAIN;
      return -1;
    }
    bytes = bytes.substr(0, 4096);
  }
  return ::write(fd, bytes.data(), bytes.size());
}

}  // namespace iotcpd
