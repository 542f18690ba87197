#include "loadgen/app/report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "loadgen/app/failure.h"

namespace iotcpd::loadgen {
namespace {

constexpr mode_t kMode = 0666;
constexpr std::string_view kStandardOutput = "-";

bool isRegular(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

ReportFile::ReportFile(std::string path) : path_(std::move(path)) {
  const int fd = path_ == kStandardOutput
                     ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                     : ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, kMode);
  if (fd < 0) fail(errno);
  fd_.reset(fd);
}

int ReportFile::begin() {
  // Standard output may be a file that holds more than ours already.
  const bool isOurs = path_ != kStandardOutput && isRegular(fd_.get());
  if (isOurs && ::ftruncate(fd_.get(), 0) != 0) fail(errno);
  return fd_.get();
}

void ReportFile::close() {
  // The last chance of a file system to say that there is no space.
  if (::close(fd_.release()) != 0 && errno != EINTR) fail(errno);
}

void ReportFile::write(std::string_view text) {
  const int fd = begin();
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  close();
}

void ReportFile::fail(int error) const {
  const std::string name =
      path_ == kStandardOutput ? "standard output" : fmt::format("'{}'", printable(path_));
  throw Failure(fmt::format("cannot write {}: {}", name, std::strerror(error)), kExitIo);
}

}  // namespace iotcpd::loadgen
