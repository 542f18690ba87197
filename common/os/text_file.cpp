#include "common/os/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/os/unique_fd.h"
#include "common/text/quantity.h"

namespace iotcpd {

std::string readTextFile(const std::string& path, std::size_t mostBytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!fd) throw TextFileError(std::strerror(errno));
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

}  // namespace iotcpd
