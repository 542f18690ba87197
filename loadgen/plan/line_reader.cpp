#include "loadgen/plan/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {

LineReader::LineReader(std::string kind, std::string path, std::size_t mostLineBytes)
    : kind_(std::move(kind)),
      path_(std::move(path)),
      fd_(::open(path_.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC)),
      framer_(mostLineBytes),
      mostLineBytes_(mostLineBytes) {
  if (!fd_) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
}

bool LineReader::next(std::string_view& line) {
  isCutShort_ = false;
  for (;;) {
    const LineFramer::Taken taken = framer_.take(unread_);
    unread_ = taken.rest;
    if (taken.status == LineFramer::Status::kTooLong) {
      ++lineNumber_;
      failAtLine(fmt::format("it is longer than {}", formatSize(mostLineBytes_)));
    }
    if (taken.status == LineFramer::Status::kLine) {
      line = taken.line.substr(0, taken.line.size() - 1);
      ++lineNumber_;
      return true;
    }
    if (fill()) continue;
    if (framer_.buffered() == 0) return false;
    unread_ = "\n";
    isCutShort_ = true;
  }
}

bool LineReader::fill() {
  for (;;) {
    const ssize_t count = ::read(fd_.get(), buffer_.data(), buffer_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
    unread_ = std::string_view(buffer_.data(), static_cast<std::size_t>(count));
    bytesRead_ += unread_.size();
    return count > 0;
  }
}

void LineReader::rewind() {
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) {
    fail("cannot be read twice: a file is expected, not a pipe");
  }
  framer_.reset();
  unread_ = {};
  lineNumber_ = 0;
  bytesRead_ = 0;
  isCutShort_ = false;
}

void LineReader::fail(std::string_view what) const {
  throw PlanError(fmt::format("{} '{}' {}", kind_, printable(path_), what));
}

void LineReader::failAtLine(std::string_view what) const {
  throw PlanError(fmt::format("{} '{}' line {}: {}", kind_, printable(path_), lineNumber_, what));
}

}  // namespace iotcpd::loadgen
