#include "redirector/edge/standard_output.h"

#include <cerrno>

#include "common/os/nonblocking.h"

namespace iotcpd::redirector {

StandardOutput::StandardOutput(Poller& poller)
    : poller_(poller), fd_(openNonBlocking(STDOUT_FILENO)) {}

StandardOutput::~StandardOutput() { watch(false); }

void StandardOutput::write(std::string_view text) {
  if (buffer_.size() + text.size() > kMaxBufferedBytes) {
    ++dropped_;
    return;
  }
  buffer_ += text;
  flush();
}

void StandardOutput::flush() {
  while (!buffer_.empty()) {
    const ssize_t written = writeNonBlocking(fd_.get(), buffer_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) break;
    if (written <= 0) {
      buffer_.clear();  // The reader is gone, or the disk is full.
      ++dropped_;
      break;
    }
    buffer_.erase(0, static_cast<std::size_t>(written));
  }
  watch(!buffer_.empty());
}

void StandardOutput::onEvents(std::uint32_t /*events*/, TimePoint /*now*/) { flush(); }

void StandardOutput::watch(bool wanted) {
  if (wanted == watched_) return;
  if (wanted) {
    watched_ = poller_.add(fd_.get(), EPOLLOUT, *this);
  } else {
    poller_.remove(fd_.get(), *this);
    watched_ = false;
  }
}

}  // namespace iotcpd::redirector
