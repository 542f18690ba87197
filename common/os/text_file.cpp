#include "common/os/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/os/unique_fd.h"
#include "common/text/quantity.h"

namespace iotcpd {
namespace {

UniqueFd openToRead(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC | flags));
  if (!fd) throw TextFileError(std::strerror(errno));
  return fd;
}

std::string readAll(const UniqueFd& fd, std::size_t mostBytes) {
  std::string text;
  std::array<char, 16UL * 1024> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw TextFileError(std::strerror(errno));
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > mostBytes) {
      throw TextFileError(fmt::format("it is longer than {}", formatSize(mostBytes)));
    }
  }
}

}  // namespace

std::string readTextFile(const std::string& path, std::size_t mostBytes) {
  return readAll(openToRead(path, 0), mostBytes);
}

std::string readRegularFile(const std::string& path, std::size_t mostBytes) {
  const UniqueFd fd = openToRead(path, O_NONBLOCK);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw TextFileError(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw TextFileError("it is no regular file");
  return readAll(fd, mostBytes);
}

}  // namespace iotcpd
