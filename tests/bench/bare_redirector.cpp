/// bare-redirector: the yardstick for iotcpd's CPU, rate and latency.
///
///     bare-redirector -n N -p PORT -d "CMD"
///
/// What the job costs when written straight onto epoll: accept, read, write to an idle child, read
/// its line, send, close. One thread, level-triggered. No timeout, no statistics, no supervision,
/// no error handling beyond surviving ordinary use. CMD is split at blanks; port 0 takes a free
/// one.
#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tests/bench/yardstick_server.h"

namespace {

using yardstick::check;

constexpr int kEventBatch = 256;
constexpr std::size_t kBufferBytes = 64 * 1024;

// epoll_event.data.u64: a client is its descriptor, the others have a bit of their own.
constexpr std::uint64_t kListenerTag = 1ULL << 32;
constexpr std::uint64_t kDaemonTag = 1ULL << 33;

/// A child, by its pipe ends; `client` is the descriptor that waits for its line, or -1.
struct Daemon {
  yardstick::DaemonPipes pipes{-1, -1};
  int client = -1;
  std::string partialReply;
};

/// A client whose complete request has found no idle daemon yet.
struct Waiting {
  int client;
  std::string request;
};

class Redirector {
 public:
  Redirector(int listener, const std::vector<yardstick::DaemonPipes>& pipes)
      : listener_(listener),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        buffer_(kBufferBytes) {
    for (const auto& ends : pipes) daemons_.push_back({ends, -1, {}});
    watch(listener_, EPOLLIN, kListenerTag);
    for (std::size_t i = 0; i < daemons_.size(); ++i) {
      watch(daemons_[i].pipes.out, EPOLLIN, kDaemonTag | i);
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
  void watch(int fd, std::uint32_t mask, std::uint64_t tag, int operation = EPOLL_CTL_ADD) const {
    yardstick::watch(epoll_, fd, mask, tag, operation);
  }

  void acceptClients() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      watchClient(fd, EPOLL_CTL_ADD);
    }
  }

  /// One-shot: once its line is here, a client stays silent in epoll at no further system call.
  void watchClient(int fd, int operation) const {
    watch(fd, EPOLLIN | EPOLLONESHOT, static_cast<std::uint64_t>(fd), operation);
  }

  void onClientReadable(int fd) {
    const ssize_t got = ::read(fd, buffer_.data(), buffer_.size());
    if (got <= 0) return closeClient(fd);
    std::string_view request(buffer_.data(), static_cast<std::size_t>(got));
    std::string whole;
    if (const auto partial = partialRequests_.find(fd); partial != partialRequests_.end()) {
      whole = std::move(partial->second.append(request));
      request = whole;
      partialRequests_.erase(partial);
    }
    const std::size_t newline = request.find('\n');
    if (newline == std::string_view::npos) {
      partialRequests_[fd] = request;
      watchClient(fd, EPOLL_CTL_MOD);
      return;
    }
    request = request.substr(0, newline + 1);
    if (idle_.empty()) {
      queue_.push_back({fd, std::string(request)});
    } else {
      Daemon& daemon = *idle_.back();
      idle_.pop_back();
      hand(daemon, fd, request);
    }
  }

  void hand(Daemon& daemon, int client, std::string_view request) {
    daemon.client = client;
    if (::write(daemon.pipes.in, request.data(), request.size()) < 0) retire(daemon);
  }

  void onDaemonReadable(Daemon& daemon) {
    const ssize_t got = ::read(daemon.pipes.out, buffer_.data(), buffer_.size());
    if (got <= 0) return retire(daemon);
    std::string_view reply(buffer_.data(), static_cast<std::size_t>(got));
    if (reply.back() != '\n' || !daemon.partialReply.empty()) {
      daemon.partialReply += reply;
      if (reply.back() != '\n') return;
      reply = daemon.partialReply;
    }
    const int client = std::exchange(daemon.client, -1);
    if (client >= 0) ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
    daemon.partialReply.clear();
    if (client < 0) return;  // nobody had asked
    closeClient(client);
    if (queue_.empty()) {
      idle_.push_back(&daemon);
    } else {
      const Waiting next = std::move(queue_.front());
      queue_.pop_front();
      hand(daemon, next.client, next.request);
    }
  }

  void closeClient(int fd) {
    partialRequests_.erase(fd);
    ::close(fd);
  }

  /// The child is gone: nobody replaces it, its client gets EOF.
  void retire(Daemon& daemon) {
    if (daemon.pipes.out >= 0) {
      ::close(daemon.pipes.in);
      ::close(daemon.pipes.out);
    }
    if (daemon.client >= 0) closeClient(daemon.client);
    daemon = Daemon{};
    std::erase(idle_, &daemon);
  }

  int listener_;
  int epoll_;
  std::vector<Daemon> daemons_;
  std::vector<char> buffer_;
  std::vector<Daemon*> idle_;  // most recently returned last
  std::deque<Waiting> queue_;
  std::unordered_map<int, std::string> partialRequests_;
};

}  // namespace

int main(int argc, char** argv) {
  const yardstick::ServerSettings settings = yardstick::parseServerSettings(argc, argv);
  yardstick::raiseDescriptorLimit();
  const std::vector<yardstick::DaemonPipes> daemons = yardstick::startDaemons(settings);
  Redirector(yardstick::listenOnLoopback(settings.port, "bare-redirector"), daemons).run();
}
