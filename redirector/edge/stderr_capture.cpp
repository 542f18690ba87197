#include "redirector/edge/stderr_capture.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace iotcpd::redirector {
namespace {

constexpr std::size_t kReadBytes = 65536;
/// What is still read of a dead daemon's stderr: more than a pipe holds.
constexpr int kReadsAfterExit = 20;

}  // namespace

StderrCapture::StderrCapture(Poller& poller, UniqueFd reader,
                             std::function<void(std::string_view)> onLine)
    : poller_(poller), fd_(std::move(reader)), onLine_(std::move(onLine)) {}

StderrCapture::~StderrCapture() { close(); }

bool StderrCapture::open() {
  open_ = poller_.add(fd_.get(), EPOLLIN, *this);
  return open_;
}

void StderrCapture::finish(TimePoint now) {
  for (int reads = 0; reads < kReadsAfterExit && open_ && readOnce(now); ++reads) {
  }
  if (!line_.empty()) endLine(now);
  reportSuppressed();
  close();
}

void StderrCapture::onEvents(std::uint32_t /*events*/, TimePoint now) { readOnce(now); }

bool StderrCapture::readOnce(TimePoint now) {
  static thread_local std::array<char, kReadBytes> buffer;
  const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  if (got == 0) {
    close();
    return false;
  }
  take({buffer.data(), static_cast<std::size_t>(got)}, now);
  return true;
}

void StderrCapture::take(std::string_view bytes, TimePoint now) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    const std::size_t room = kMaxLineBytes - line_.size();
    line_.append(piece.substr(0, room));
    lineCut_ = lineCut_ || piece.size() > room;
    if (newline == std::string_view::npos) return;
    endLine(now);
    bytes.remove_prefix(newline + 1);
  }
}

void StderrCapture::endLine(TimePoint now) {
  if (now - secondBegan_ >= std::chrono::seconds(1)) {
    reportSuppressed();
    secondBegan_ = now;
    linesThisSecond_ = 0;
  }
  if (++linesThisSecond_ > kMaxLinesPerSecond) {
    ++suppressed_;
  } else {
    if (lineCut_) line_ += " [cut]";
    onLine_(line_);
  }
  line_.clear();
  lineCut_ = false;
}

void StderrCapture::reportSuppressed() {
  if (suppressed_ == 0) return;
  onLine_(fmt::format("[{} more lines left out]", suppressed_));
  suppressed_ = 0;
}

void StderrCapture::close() {
  if (!open_) return;
  open_ = false;
  poller_.remove(fd_.get(), *this);
}

}  // namespace iotcpd::redirector
