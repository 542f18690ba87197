#include "redirector/app/settings_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/os/unique_fd.h"

namespace iotcpd::redirector {
namespace {

constexpr std::size_t kReadBytes = 65536;

ReadError failed(int error) {
  if (error == ENOENT) return ReadError("there is no such file");
  return ReadError(fmt::format("cannot be read: {}", std::strerror(error)));
}

/// Without waiting, which only awaitInput() does.
UniqueFd openFile(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd) throw failed(errno);
  return fd;
}

bool isRegular(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw failed(errno);
  if (S_ISDIR(status.st_mode)) throw failed(EISDIR);
  return S_ISREG(status.st_mode);
}

/// Nothing serves signals yet, so those that are to end the program do it by themselves.
void awaitInput(int fd) {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  sigdelset(&mask, SIGINT);
  sigdelset(&mask, SIGTERM);
  pollfd input{fd, POLLIN, 0};
  ::ppoll(&input, 1, nullptr, &mask);
}

}  // namespace

std::string readSettingsFile(const std::string& path, FileKind kind) {
  const UniqueFd fd = openFile(path);
  const bool regular = isRegular(fd.get());
  if (kind == FileKind::kRegular && !regular) throw ReadError("it is no regular file");
  std::string text;
  std::array<char, kReadBytes> buffer{};
  while (true) {
    if (!regular) awaitInput(fd.get());
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) throw failed(errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxSettingsFileBytes) {
      throw ReadError(fmt::format("it is longer than {} bytes", kMaxSettingsFileBytes));
    }
  }
}

}  // namespace iotcpd::redirector
