/// bare-keep-alive: the yardstick for iotcpd --keep-alive.
///
///     bare-keep-alive -n N -p PORT -d "CMD"
///
/// What the job costs when written straight onto epoll and connections stay open: read a line,
/// write it to an idle child, read its line, send it; four system calls and a share of epoll_wait,
/// every descriptor registered once. One request of a connection at a time, one thread. No timeout,
/// no statistics, no supervision, no pipelining, no error handling beyond surviving ordinary use: a
/// line that comes in pieces, or a reply that does, ends its connection.
#include <deque>
#include <string_view>
#include <utility>

#include "tests/bench/yardstick_server.h"

namespace {

using yardstick::check;

constexpr int kEventBatch = 256;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kLineBytes = 4096;

// epoll_event.data.u64: a client is its descriptor, the others have a bit of their own.
constexpr std::uint64_t kListenerTag = 1ULL << 32;
constexpr std::uint64_t kDaemonTag = 1ULL << 33;

/// A child; `client` is the descriptor that waits for its line, or -1.
struct Daemon {
  yardstick::DaemonPipes pipes;
  int client = -1;
};

/// A client whose request has found no idle daemon yet.
struct Waiting {
  int client;
  std::size_t bytes;
  std::array<char, kLineBytes> request;
};

class Redirector {
 public:
  Redirector(int listener, const std::vector<yardstick::DaemonPipes>& pipes)
      : listener_(listener),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        buffer_(kBufferBytes) {
    yardstick::watch(epoll_, listener_, EPOLLIN, kListenerTag);
    for (const auto& ends : pipes) daemons_.push_back({ends, -1});
    for (std::size_t i = 0; i < daemons_.size(); ++i) {
      yardstick::watch(epoll_, daemons_[i].pipes.out, EPOLLIN, kDaemonTag | i);
      idle_.push_back(&daemons_[i]);
    }
  }

  [[noreturn]] void run() {
    std::array<epoll_event, kEventBatch> events{};
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), kEventBatch, -1);
      for (int i = 0; i < count; ++i) {
        const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
        if (tag == kListenerTag) {
          acceptClients();
        } else if ((tag & kDaemonTag) != 0) {
          onDaemonReadable(daemons_[tag & ~kDaemonTag]);
        } else {
          onClientReadable(static_cast<int>(tag));
        }
      }
    }
  }

 private:
  void acceptClients() const {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      check(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
      yardstick::watch(epoll_, fd, EPOLLIN, static_cast<std::uint64_t>(fd));
    }
  }

  void onClientReadable(int fd) {
    const ssize_t got = ::read(fd, buffer_.data(), kLineBytes);
    if (got <= 0 || buffer_[static_cast<std::size_t>(got) - 1] != '\n') {
      ::close(fd);
      return;
    }
    const std::string_view request(buffer_.data(), static_cast<std::size_t>(got));
    if (idle_.empty()) {
      Waiting& last = queue_.emplace_back();
      last.client = fd;
      last.bytes = request.copy(last.request.data(), kLineBytes);
    } else {
      Daemon& daemon = *idle_.back();
      idle_.pop_back();
      hand(daemon, fd, request);
    }
  }

  static void hand(Daemon& daemon, int client, std::string_view request) {
    daemon.client = client;
    check(static_cast<int>(::write(daemon.pipes.in, request.data(), request.size())), "write");
  }

  void onDaemonReadable(Daemon& daemon) {
    const int got =
        check(static_cast<int>(::read(daemon.pipes.out, buffer_.data(), buffer_.size())), "read");
    if (got == 0) yardstick::die("a daemon has ended");
    const int client = std::exchange(daemon.client, -1);
    if (client >= 0) ::send(client, buffer_.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
    if (queue_.empty()) {
      idle_.push_back(&daemon);
    } else {
      const Waiting& next = queue_.front();
      hand(daemon, next.client, {next.request.data(), next.bytes});
      queue_.pop_front();
    }
  }

  int listener_;
  int epoll_;
  std::vector<Daemon> daemons_;
  std::vector<char> buffer_;
  std::vector<Daemon*> idle_;  // most recently returned last
  std::deque<Waiting> queue_;
};

}  // namespace

int main(int argc, char** argv) {
  const yardstick::ServerSettings settings = yardstick::parseServerSettings(argc, argv);
  yardstick::raiseDescriptorLimit();
  const std::vector<yardstick::DaemonPipes> daemons = yardstick::startDaemons(settings);
  Redirector(yardstick::listenOnLoopback(settings.port, "bare-keep-alive"), daemons).run();
}
