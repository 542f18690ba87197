/// bare-client: a closed-loop load for the yardstick comparison, straight on epoll.
///
///     bare-client -p PORT -c CONNECTIONS [-r REQUESTS] [-s SECONDS] [-l LINE] [--idle N]
///
/// Keeps CONNECTIONS requests in flight, each on a connection of its own: connect, write LINE, read
/// until EOF, compare with LINE (so the daemon is cat), close. Ends after REQUESTS or SECONDS,
/// whichever is first. --idle opens N more connections that say nothing; with `-c 0` they alone are
/// held, until SECONDS or a signal, and "idle" is printed when the last one is open.
/// Source addresses are spread over 127.0.0.2-65, so that ephemeral ports never run out.
/// Prints one line of JSON; exit code 1 when any request failed, was answered wrongly, or an idle
/// connection was closed.
#include <getopt.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "load_settings.h"
#include "yardstick.h"

namespace {

using Clock = std::chrono::steady_clock;
using yardstick::check;

constexpr int kEventBatch = 256;
constexpr int kStallMs = 5000;  // nothing happened for so long: whatever is in flight has failed
constexpr std::uint32_t kFirstSourceHost = 2;
constexpr std::uint32_t kSourceHosts = 64;

struct Settings : yardstick::LoadSettings {
  Settings() : LoadSettings{.connections = 64} {}

  std::size_t idle = 0;
};

/// A socket bound to the next source address; the kernel picks the port at connect.
int openSocket(int extraFlags) {
  static std::uint32_t next = 0;
  const int fd = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | extraFlags, 0), "socket");
  const int on = 1;
  check(::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "bind no port");
  const sockaddr_in source = yardstick::loopback(kFirstSourceHost + next++ % kSourceHosts, 0);
  check(::bind(fd, yardstick::generic(source), sizeof source), "bind");
  return fd;
}

/// Connections that stay open and say nothing.
class IdleConnections {
 public:
  IdleConnections(std::size_t count, std::uint16_t port) {
    const sockaddr_in server = yardstick::loopback(1, port);
    while (fds_.size() < count) {
      fds_.push_back(openSocket(0));
      check(::connect(fds_.back(), yardstick::generic(server), sizeof server), "connect idle");
    }
  }

  /// How many the server has closed or reset meanwhile.
  [[nodiscard]] std::uint64_t countLost() const {
    return static_cast<std::uint64_t>(std::count_if(fds_.begin(), fds_.end(), [](int fd) {
      char byte = 0;
      return ::recv(fd, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN;
    }));
  }

 private:
  std::vector<int> fds_;
};

/// One place in flight, reused for request after request.
struct Slot {
  int fd = -1;
  bool sent = false;
  Clock::time_point start;
  std::string reply;
};

class ClosedLoop {
 public:
  explicit ClosedLoop(const Settings& settings)
      : settings_(settings),
        server_(yardstick::loopback(1, settings.port)),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        slots_(settings.connections) {}

  void run() {
    start_ = Clock::now();
    deadline_ =
        start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(settings_.seconds * 1e9));
    for (Slot& slot : slots_) begin(slot, Clock::now());
    std::array<epoll_event, kEventBatch> events{};
    while (inFlight_ > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), kEventBatch, kStallMs);
      if (count == 0) break;
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        Slot& slot = slots_[event.data.u64];
        if (slot.sent) {
          receive(slot);
        } else {
          sendRequest(slot);
        }
      }
    }
    if (inFlight_ > 0) {
      const auto sent = std::count_if(slots_.begin(), slots_.end(),
                                      [](const Slot& slot) { return slot.fd >= 0 && slot.sent; });
      std::fprintf(stderr, "stalled: %zd of them with their line sent\n", sent);
    }
    errors_ += inFlight_;
    elapsedSeconds_ = std::chrono::duration<double>(Clock::now() - start_).count();
  }

  [[nodiscard]] bool clean() const { return errors_ == 0 && mismatches_ == 0; }

  void print(std::uint64_t idleLost) {
    std::sort(latenciesNs_.begin(), latenciesNs_.end());
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    std::printf(
        "{\"requests\": %zu, \"errors\": %llu, \"mismatches\": %llu, \"seconds\": %.6f, "
        "\"rate\": %.1f, \"latency_us\": {\"p50\": %.2f, \"p90\": %.2f, \"p99\": %.2f, "
        "\"max\": %.2f}, \"cpu_seconds\": %.6f, \"idle\": %zu, \"idle_lost\": %llu}\n",
        latenciesNs_.size(), static_cast<unsigned long long>(errors_),
        static_cast<unsigned long long>(mismatches_), elapsedSeconds_,
        static_cast<double>(latenciesNs_.size()) / elapsedSeconds_, latencyUs(0.5), latencyUs(0.9),
        latencyUs(0.99), latencyUs(1), seconds(usage.ru_utime) + seconds(usage.ru_stime),
        settings_.idle, static_cast<unsigned long long>(idleLost));
  }

 private:
  /// Starts the slot's next request, unless the run is over. A connection that fails at once is an
  /// error and gives the slot up, so that a dead server cannot make us spin.
  void begin(Slot& slot, Clock::time_point now) {
    if (begun_ >= settings_.requests || now >= deadline_) return;
    ++begun_;
    slot.start = now;
    slot.sent = false;
    slot.reply.clear();
    slot.fd = openSocket(SOCK_NONBLOCK);
    if (::connect(slot.fd, yardstick::generic(server_), sizeof server_) < 0 &&
        errno != EINPROGRESS) {
      ++errors_;
      ::close(slot.fd);
      return;
    }
    ++inFlight_;
    // Over loopback the handshake is mostly done by now, and the line can go out without waiting.
    slot.sent = trySend(slot);
    epoll_event event{};
    event.events = slot.sent ? EPOLLIN : EPOLLOUT;
    event.data.u64 = static_cast<std::uint64_t>(&slot - slots_.data());
    check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, slot.fd, &event), "epoll_ctl");
  }

  [[nodiscard]] bool trySend(const Slot& slot) const {
    const ssize_t sent =
        ::send(slot.fd, settings_.line.data(), settings_.line.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(settings_.line.size());
  }

  void sendRequest(Slot& slot) {
    slot.sent = trySend(slot);
    if (!slot.sent) {
      fail(slot);
      return;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(&slot - slots_.data());
    check(::epoll_ctl(epoll_, EPOLL_CTL_MOD, slot.fd, &event), "epoll_ctl");
  }

  void receive(Slot& slot) {
    std::array<char, 4096> buffer;
    for (;;) {
      const ssize_t got = ::recv(slot.fd, buffer.data(), buffer.size(), 0);
      if (got > 0) {
        slot.reply.append(buffer.data(), static_cast<std::size_t>(got));
      } else if (got == 0) {
        finish(slot);
        return;
      } else if (errno == EAGAIN) {
        return;
      } else {
        fail(slot);
        return;
      }
    }
  }

  void finish(Slot& slot) {
    const Clock::time_point now = Clock::now();
    latenciesNs_.push_back((now - slot.start).count());
    if (slot.reply != settings_.line) ++mismatches_;
    release(slot, now);
  }

  void fail(Slot& slot) {
    ++errors_;
    release(slot, Clock::now());
  }

  void release(Slot& slot, Clock::time_point now) {
    ::close(slot.fd);
    slot.fd = -1;
    --inFlight_;
    begin(slot, now);
  }

  [[nodiscard]] double latencyUs(double quantile) const {
    if (latenciesNs_.empty()) return 0;
    const auto last = static_cast<double>(latenciesNs_.size() - 1);
    return static_cast<double>(latenciesNs_[static_cast<std::size_t>(quantile * last)]) / 1000;
  }

  const Settings& settings_;
  const sockaddr_in server_;
  int epoll_;
  std::vector<Slot> slots_;
  std::uint64_t begun_ = 0;
  std::uint64_t inFlight_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t mismatches_ = 0;
  Clock::time_point start_;
  Clock::time_point deadline_;
  double elapsedSeconds_ = 0;
  std::vector<std::int64_t> latenciesNs_;  // of completed requests
};

Settings parse(int argc, char** argv) {
  static const std::array<option, 2> kLong{{{"idle", required_argument, nullptr, 'i'}, {}}};
  Settings settings;
  for (int c = 0; (c = ::getopt_long(argc, argv, "p:c:r:s:l:", kLong.data(), nullptr)) != -1;) {
    if (c == 'i') {
      settings.idle = std::strtoul(optarg, nullptr, 10);
    } else {
      takeOption(settings, c, optarg);
    }
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  yardstick::raiseDescriptorLimit();
  const IdleConnections idle(settings.idle, settings.port);
  if (settings.connections == 0) {
    std::puts("idle");
    std::fflush(stdout);
    // Held until a signal ends us.
    ::alarm(static_cast<unsigned>(settings.seconds));
    ::pause();
  }
  ClosedLoop loop(settings);
  loop.run();
  const std::uint64_t idleLost = idle.countLost();
  loop.print(idleLost);
  return loop.clean() && idleLost == 0 ? 0 : 1;
}
