#include "loadgen/report/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "common/text/printable.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kStandardOutput = "-";

bool isRegular(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

std::string line(const std::string& path, int error) {
  const std::string name =
      path == kStandardOutput ? "standard output" : fmt::format("'{}'", printable(path));
  return fmt::format("cannot write {}: {}", name,
                     error == EAGAIN ? "its reader does not keep up" : std::strerror(error));
}

}  // namespace

OutputFile::OutputFile(std::string path, Waiting waiting) : path_(std::move(path)) {
  if (path_ == kStandardOutput) {
    fd_ = waiting == Waiting::kNever
              ? openNonBlocking(STDOUT_FILENO)
              : UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!fd_) throw OutputFileError(line(path_, errno));
    return;
  }
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
  fd_.reset(::open(path_.c_str(), waiting == Waiting::kNever ? flags | O_NONBLOCK : flags, 0666));
  if (!fd_) throw OutputFileError(line(path_, errno));
  holdsOther_ = isRegular(fd_.get());
}

void OutputFile::append(std::string_view text) {
  if (holdsOther_ && ::ftruncate(fd_.get(), 0) != 0) remember(errno);
  holdsOther_ = false;
  while (!text.empty() && trouble_.empty()) {
    const ssize_t written = ::write(fd_.get(), text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      remember(errno);
    }
  }
}

std::string OutputFile::close() {
  // Some file systems tell of a full disk only now.
  if (fd_ && ::close(fd_.release()) != 0 && errno != EINTR) remember(errno);
  return trouble_;
}

void OutputFile::remember(int error) {
  if (trouble_.empty()) trouble_ = line(path_, error);
}

std::string writeReportFile(const std::string& path, std::string_view text) {
  OutputFile file(path, OutputFile::Waiting::kAllowed);
  file.append(text);
  return file.close();
}

}  // namespace iotcpd::loadgen
