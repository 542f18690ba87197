#include "fake-daemons/daemon/byte_sink.h"

#include <cerrno>
#include <utility>

#include "common/os/nonblocking.h"

namespace iotcpd::fake {
namespace {

/// Memory beyond that is given back when it is not needed any more.
constexpr std::size_t kKeptCapacity = 64UL * 1024;

}  // namespace

ByteSink::ByteSink(Loop& loop, UniqueFd fd, Callbacks callbacks)
    : fd_(std::move(fd)), callbacks_(std::move(callbacks)), watch_(loop, [this](TimePoint now) {
        watch_.pause();
        if (flush() && callbacks_.onEmpty) callbacks_.onEmpty(now);
      }) {}

void ByteSink::append(std::string_view bytes) {
  if (fd_) kept_ += bytes;
}

bool ByteSink::flush() {
  while (!empty()) {
    const ssize_t count = writeNonBlocking(fd_.get(), std::string_view(kept_).substr(written_));
    if (count > 0) {
      written_ += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) {
      const int error = errno;
      close();
      callbacks_.onBroken(error);
      return true;
    }
    forgetWritten();
    watch_.wait(fd_.get(), POLLOUT);
    return false;
  }
  // Whoever waits to be told is told by the watch, also when it was somebody else who flushed.
  kept_.clear();
  written_ = 0;
  if (kept_.capacity() > kKeptCapacity) kept_.shrink_to_fit();
  return true;
}

// Half of it at least, so that what is moved is less than what has been written.
void ByteSink::forgetWritten() {
  if (written_ >= kept_.size() / 2) kept_.erase(0, std::exchange(written_, 0));
}

void ByteSink::close() {
  watch_.pause();
  fd_.reset();
  kept_.clear();
  written_ = 0;
}

}  // namespace iotcpd::fake
