#include "redirector/edge/standard_output.h"

#include <cerrno>

#include "common/os/nonblocking.h"

namespace iotcpd::redirector {

StandardOutput::StandardOutput(Reactor& reactor)
    : reactor_(reactor), fd_(openNonBlocking(STDOUT_FILENO)) {}

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
  if (buffer_.empty()) {
    if (watch_) watch_->want(Watch::Interest::kNothing);
    return;
  }
  if (!watch_) watch_ = std::make_unique<Watch>(reactor_, fd_.get(), [this] { flush(); });
  watch_->want(Watch::Interest::kWritable);
}

}  // namespace iotcpd::redirector
