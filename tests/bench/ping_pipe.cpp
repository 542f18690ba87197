/// Drives a stdin/stdout program with one line outstanding and prints, as one line of JSON, the
/// time from its start to its first reply, its rate, and its memory at the end.
///
///     ping-pipe LINES PROGRAM [ARGUMENT]...
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "tests/bench/yardstick.h"

namespace {

using Clock = std::chrono::steady_clock;
using yardstick::check;

constexpr std::string_view kLine = "http://example.com/index.html 127.0.0.1/- - GET\n";

class Pinged {
 public:
  explicit Pinged(char** words) {
    std::array<int, 2> request{};
    std::array<int, 2> reply{};
    check(::pipe2(request.data(), O_CLOEXEC), "pipe2");
    check(::pipe2(reply.data(), O_CLOEXEC), "pipe2");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, request[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, reply[1], STDOUT_FILENO);
    errno = ::posix_spawnp(&pid_, words[0], &actions, nullptr, words, environ);
    if (errno != 0) yardstick::die(words[0]);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(request[0]);
    ::close(reply[1]);
    writer_ = request[1];
    reader_ = reply[0];
  }

  void ping() {
    if (::write(writer_, kLine.data(), kLine.size()) != static_cast<ssize_t>(kLine.size())) {
      yardstick::die("write");
    }
    char last = 0;
    while (last != '\n') {
      const ssize_t count = ::read(reader_, buffer_.data(), buffer_.size());
      if (count <= 0) yardstick::die("read");
      last = buffer_[static_cast<std::size_t>(count) - 1];
    }
  }

  [[nodiscard]] long residentKib() const {
    const std::string path = "/proc/" + std::to_string(pid_) + "/status";
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) yardstick::die("status");
    long kib = 0;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), line.size(), file) != nullptr) {
      if (std::sscanf(line.data(), "VmRSS: %ld", &kib) == 1) break;
    }
    std::fclose(file);
    return kib;
  }

  void end() const {
    ::close(writer_);
    check(::waitpid(pid_, nullptr, 0), "waitpid");
  }

 private:
  pid_t pid_ = -1;
  int writer_ = -1;
  int reader_ = -1;
  std::array<char, 4096> buffer_{};
};

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: ping-pipe LINES PROGRAM [ARGUMENT]...\n", stderr);
    return 64;
  }
  const long lines = std::atol(argv[1]);
  const auto started = Clock::now();
  Pinged program(argv + 2);
  program.ping();
  const double firstReply = secondsSince(started);
  const auto measured = Clock::now();
  for (long i = 0; i < lines; ++i) program.ping();
  const double elapsed = secondsSince(measured);
  std::printf("{\"first_reply_ms\": %.3f, \"rate\": %.1f, \"resident_kib\": %ld}\n",
              firstReply * 1e3, static_cast<double>(lines) / elapsed, program.residentKib());
  program.end();
  return 0;
}
