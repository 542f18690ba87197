#include "loadgen/drive/link.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "loadgen/drive/daemons.h"

namespace iotcpd::loadgen {

int Link::openDaemon(Daemons& daemons) {
  LaunchResult launched = daemons.start();
  if (!launched.process) return launched.error;
  daemons_ = &daemons;
  pid_ = launched.process->pid;
  writer_ = std::move(launched.process->stdinWriter);
  reader_ = std::move(launched.process->stdoutReader);
  return 0;
}

ssize_t Link::write(std::string_view bytes) {
  const ssize_t sent = ::write(writer_.get(), bytes.data(), bytes.size());
  if (sent < 0 && errno == EPIPE) hasEnded_ = true;
  return sent;
}

ssize_t Link::read(std::span<char> buffer) {
  const ssize_t got = ::read(reader_.get(), buffer.data(), buffer.size());
  if (got == 0) hasEnded_ = true;
  return got;
}

void Link::shutdownSending() const { ::shutdown(socket(), SHUT_WR); }

void Link::closeWithReset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  reader_.reset();
}

void Link::changeWatch(Poller& poller, std::uint32_t events, PollHandler& handler) {
  const std::uint32_t ofReader =
      isDaemon() ? events & ~static_cast<std::uint32_t>(EPOLLOUT) : events;
  if (watched_ == 0) {
    poller.add(reader_.get(), ofReader, handler);
  } else if (!isDaemon()) {
    poller.change(reader_.get(), events, handler);
  }
  if (isDaemon()) watchWriter(poller, (events & EPOLLOUT) != 0, handler);
  watched_ = events;
}

/// Only while it is full: of a pipe whose other end is closed epoll speaks unasked, again and
/// again.
void Link::watchWriter(Poller& poller, bool wanted, PollHandler& handler) {
  if (wanted == isWriterWatched_) return;
  if (wanted) {
    poller.add(writer_.get(), EPOLLOUT, handler);
  } else {
    poller.remove(writer_.get());
  }
  isWriterWatched_ = wanted;
}

void Link::leave(bool atOnce) {
  UniqueFd output = std::move(reader_);
  writer_.reset();
  watched_ = 0;
  isWriterWatched_ = false;
  if (!isDaemon()) return;
  Daemons& daemons = *std::exchange(daemons_, nullptr);
  const pid_t pid = std::exchange(pid_, -1);
  if (std::exchange(hasEnded_, false)) {
    daemons.onEnd(pid);
  } else if (atOnce) {
    daemons.kill(pid);
  } else {
    daemons.dismiss(pid, std::move(output));
  }
}

}  // namespace iotcpd::loadgen
