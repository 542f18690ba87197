/// bare-stream: what keeping connections open costs a client, straight on epoll.
///
///     bare-stream -p PORT [-c CONNECTIONS] [-P DEPTH] [-r REQUESTS] [-s SECONDS] [-l LINE]
///                 [-W]
///
/// Each connection sends DEPTH lines in one write, reads until as many have come back, compares
/// them with what was sent (so the server echoes), notes their latency, and begins anew; DEPTH 1 is
/// keep-alive without pipelining. Ends after REQUESTS or SECONDS, whichever is first.
/// With -W it says "open" once every connection is and has had one batch answered, runs once for
/// each line that comes on stdin, and keeps them open until that ends: who watches the server can
/// leave out opening, what a connection costs the first time, and closing. Prints one line of JSON
/// a run, like bare-client's; exit code 1 when anything was answered wrongly or a connection was
/// lost.
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load_settings.h"
#include "tests/bench/yardstick.h"

namespace {

using Clock = std::chrono::steady_clock;
using yardstick::check;

constexpr int kEventBatch = 256;
constexpr int kStallMs = 5000;  // nothing happened for so long: whatever is in flight has failed
constexpr std::size_t kBufferBytes = 64 * 1024;

struct Settings : yardstick::LoadSettings {
  Settings() : LoadSettings{.connections = 50} {}

  std::uint64_t depth = 1;
  bool waits = false;
};

/// Counts by whole microseconds; the last place has all that took longer.
class LatencyTable {
 public:
  void add(Clock::duration latency, std::uint64_t count) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
    counts_[std::min(static_cast<std::size_t>(us), counts_.size() - 1)] += count;
    total_ += count;
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::size_t quantileUs(double quantile) const {
    const auto wanted = static_cast<std::uint64_t>(quantile * static_cast<double>(total_));
    std::uint64_t below = 0;
    for (std::size_t us = 0; us < counts_.size(); ++us) {
      below += counts_[us];
      if (below > wanted) return us;
    }
    return counts_.size() - 1;
  }

 private:
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(100'000);
  std::uint64_t total_ = 0;
};

/// Of this process, so far.
double cpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One connection and how much of its batch has come back.
struct Stream {
  int fd = -1;
  std::size_t received = 0;
  Clock::time_point sent;
};

class StreamLoop {
 public:
  explicit StreamLoop(const Settings& settings)
      : settings_(settings),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        streams_(settings.connections),
        buffer_(kBufferBytes) {
    for (std::uint64_t i = 0; i < settings.depth; ++i) batch_ += settings.line;
    for (Stream& stream : streams_) open(stream);
  }

  /// One batch on each connection; of it the report has the errors only.
  void warmUp() { drive(streams_.size() * settings_.depth, Clock::time_point::max()); }

  void run() {
    latency_ = {};
    cpuAtStart_ = cpuSeconds();
    const Clock::time_point start = Clock::now();
    const std::chrono::duration<double> longest(settings_.seconds);
    drive(settings_.requests, start + std::chrono::duration_cast<Clock::duration>(longest));
    elapsedSeconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  [[nodiscard]] bool clean() const { return errors_ == 0 && mismatches_ == 0; }

  void print() const {
    std::printf(
        "{\"requests\": %llu, \"errors\": %llu, \"mismatches\": %llu, \"seconds\": %.6f, "
        "\"rate\": %.1f, \"latency_us\": {\"p50\": %zu, \"p90\": %zu, \"p99\": %zu}, "
        "\"cpu_seconds\": %.6f}\n",
        static_cast<unsigned long long>(latency_.total()), static_cast<unsigned long long>(errors_),
        static_cast<unsigned long long>(mismatches_), elapsedSeconds_,
        static_cast<double>(latency_.total()) / elapsedSeconds_, latency_.quantileUs(0.5),
        latency_.quantileUs(0.9), latency_.quantileUs(0.99), cpuSeconds() - cpuAtStart_);
  }

 private:
  /// Until so many requests, or then.
  void drive(std::uint64_t requests, Clock::time_point deadline) {
    unbegun_ = requests;
    deadline_ = deadline;
    for (Stream& stream : streams_) begin(stream, Clock::now());
    std::array<epoll_event, kEventBatch> events{};
    while (busy_ > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), kEventBatch, kStallMs);
      if (count == 0) break;
      for (int i = 0; i < count; ++i) {
        receive(streams_[events[static_cast<std::size_t>(i)].data.u64]);
      }
    }
    errors_ += busy_ * settings_.depth;
  }

  void open(Stream& stream) const {
    stream.fd = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;
    check(::setsockopt(stream.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
    const sockaddr_in server = yardstick::loopback(1, settings_.port);
    check(::connect(stream.fd, yardstick::generic(server), sizeof server), "connect");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(&stream - streams_.data());
    check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, stream.fd, &event), "epoll_ctl");
  }

  /// Sends the next batch, unless the run is over. A batch fits a socket's buffer.
  void begin(Stream& stream, Clock::time_point now) {
    if (unbegun_ == 0 || now >= deadline_) return;
    unbegun_ -= std::min(unbegun_, settings_.depth);
    ++busy_;
    stream.received = 0;
    stream.sent = now;
    const ssize_t sent = ::send(stream.fd, batch_.data(), batch_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(batch_.size())) lose(stream);
  }

  void receive(Stream& stream) {
    const ssize_t got = ::recv(stream.fd, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return lose(stream);
    const std::string_view reply(buffer_.data(), static_cast<std::size_t>(got));
    if (std::string_view(batch_).substr(stream.received, reply.size()) != reply) ++mismatches_;
    stream.received += reply.size();
    if (stream.received < batch_.size()) return;
    const Clock::time_point now = Clock::now();
    latency_.add(now - stream.sent, settings_.depth);
    --busy_;
    begin(stream, now);
  }

  void lose(Stream& stream) {
    errors_ += settings_.depth;
    ::close(stream.fd);
    --busy_;
  }

  const Settings& settings_;
  int epoll_;
  std::vector<Stream> streams_;
  std::vector<char> buffer_;
  std::string batch_;
  LatencyTable latency_;
  std::uint64_t unbegun_ = 0;  // requests
  std::uint64_t busy_ = 0;     // streams that wait for replies
  std::uint64_t errors_ = 0;
  std::uint64_t mismatches_ = 0;
  double cpuAtStart_ = 0;
  Clock::time_point deadline_;
  double elapsedSeconds_ = 0;
};

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int c = 0; (c = ::getopt(argc, argv, "P:Wp:c:r:s:l:")) != -1;) {
    if (c == 'P') {
      settings.depth = std::strtoull(optarg, nullptr, 10);
    } else if (c == 'W') {
      settings.waits = true;
    } else {
      takeOption(settings, c, optarg);
    }
  }
  return settings;
}

/// False when stdin has ended.
bool awaitLine() {
  std::fflush(stdout);
  int c = 0;
  while (c != '\n' && c != EOF) c = std::getchar();
  return c == '\n';
}

void run(StreamLoop& loop) {
  loop.run();
  loop.print();
}

void runWhenAsked(StreamLoop& loop) {
  loop.warmUp();
  std::puts("open");
  while (awaitLine()) run(loop);
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  yardstick::raiseDescriptorLimit();
  StreamLoop loop(settings);
  if (settings.waits) {
    runWhenAsked(loop);
  } else {
    run(loop);
  }
  return loop.clean() ? 0 : 1;
}
