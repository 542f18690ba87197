#include "fake-daemons/control/control_client.h"

#include <glob.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/cli/option_table.h"
#include "common/os/unique_fd.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "common/time/clock.h"
#include "fake-daemons/control/unix_address.h"
#include "fake-daemons/daemon/path_template.h"

namespace iotcpd::fake {
namespace {

constexpr std::string_view kProgram = "iotcpd-fake-daemon ctl";
constexpr int kExitRefused = 1;
constexpr Nanoseconds kTimeout = std::chrono::seconds(5);
constexpr Nanoseconds kLongestTimeout = std::chrono::hours(24);
constexpr std::string_view kUsage =
    "Usage: iotcpd-fake-daemon ctl [--timeout T] PATH... -- COMMAND\n"
    "Sends a command to fake daemons by their --control sockets and prints the answers. In PATH,\n"
    "{pid}, {worker} and {incarnation} stand for all there are. Who does not answer within T is\n"
    "passed over; T is 5s, and for await without an end, unless it is given.\n"
    "\n"
    "  fault SPEC          add a fault\n"
    "  faults              list the faults there are, as JSON\n"
    "  counters            print counters, as JSON\n"
    "  release NAME [N]    let all through hold(NAME) from now on, or N of them\n"
    "  hold NAME           hold again what comes to hold(NAME)\n"
    "  await NAME          answer when somebody waits at hold(NAME)\n"
    "  reset               release all, count from 0, forget the faults that were added\n";

/// What a killed process leaves behind.
class NobodyListens : public std::runtime_error {
 public:
  NobodyListens() : std::runtime_error("nobody listens there any more") {}
};

struct Invocation {
  std::vector<std::string> paths;
  std::string command;
  std::optional<Nanoseconds> timeout;  ///< for each answer
};

/// Takes "--timeout T" or "--timeout=T" from the front.
std::optional<Nanoseconds> takeTimeout(std::vector<std::string>& words) {
  constexpr std::string_view kOption = "--timeout";
  if (words.empty() || !words.front().starts_with(kOption)) return std::nullopt;
  std::string text = words.front().substr(kOption.size());
  words.erase(words.begin());
  if (text.empty() && !words.empty() && words.front() != "--") {
    text = '=' + words.front();
    words.erase(words.begin());
  }
  const auto timeout =
      text.starts_with('=') ? parseDuration(text.substr(1), std::chrono::seconds(1)) : std::nullopt;
  if (!timeout || *timeout <= Nanoseconds::zero() || *timeout > kLongestTimeout) {
    throw UsageError("--timeout takes a time above 0, up to 24h, such as 5s");
  }
  return timeout;
}

Invocation parse(int argc, char* const* argv) {
  std::vector<std::string> words(argv, argv + argc);
  std::optional<Nanoseconds> timeout = takeTimeout(words);
  const auto separator = std::ranges::find(words, "--");
  Invocation invocation{{words.begin(), separator}, {}, timeout};
  if (separator != words.end()) {
    for (auto word = separator + 1; word != words.end(); ++word) {
      if (!invocation.command.empty()) invocation.command += ' ';
      invocation.command += *word;
    }
  }
  if (invocation.paths.empty() || invocation.command.empty()) {
    throw UsageError("accepted is: ctl PATH... -- COMMAND; see ctl --help");
  }
  if (invocation.command.find('\n') != std::string::npos) {
    throw UsageError("a command is one line");
  }
  if (!timeout && !invocation.command.starts_with("await")) invocation.timeout = kTimeout;
  return invocation;
}

/// The sockets that a path names: itself, or all that fit when it has {pid} and the like.
std::vector<std::string> socketsOf(const std::string& path) {
  const std::string pattern = pathGlob(path);
  if (pattern == path) return {path};
  glob_t found{};
  std::vector<std::string> sockets;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    sockets.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return sockets;
}

/// One daemon that is asked.
class Peer {
 public:
  /// `timeout` is for all that is asked of it; nothing: without an end. Throws NobodyListens, or
  /// another std::runtime_error when it is out of reach.
  Peer(std::string path, std::optional<Nanoseconds> timeout)
      : path_(std::move(path)),
        timeout_(timeout),
        fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const UnixAddress address(path_);
    if (!address.fits()) throw std::runtime_error("the path is too long");
    begin();
    limit(SO_SNDTIMEO);
    if (::connect(fd_.get(), address.get(), address.length()) == 0) return;
    if (errno == ECONNREFUSED) throw NobodyListens();
    fail();
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Sends the command and reads the answer's line; throws std::runtime_error when that is not to
  /// be had.
  std::string ask(const std::string& command) {
    const std::string line = command + '\n';
    begin();
    limit(SO_SNDTIMEO);
    const ssize_t sent = ::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(line.size())) fail();
    std::string answer;
    std::array<char, 4096> buffer{};
    while (!answer.ends_with('\n')) {
      limit(SO_RCVTIMEO);
      const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (count < 0) fail();
      if (count == 0) throw std::runtime_error("it ended without an answer");
      answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return answer;
  }

 private:
  void begin() { deadline_ = timeout_ ? steadyNow() + *timeout_ : TimePoint::max(); }

  /// The kernel waits for what is left of the time, and no longer.
  void limit(int option) const {
    if (!timeout_) return;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - steadyNow());
    if (left.count() <= 0) failInTime();
    constexpr std::int64_t kSecond = 1'000'000;
    const timeval time{left.count() / kSecond, left.count() % kSecond};
    ::setsockopt(fd_.get(), SOL_SOCKET, option, &time, sizeof time);
  }

  [[noreturn]] void fail() const {
    if (errno == EAGAIN || errno == EINPROGRESS) failInTime();
    throw std::runtime_error(std::strerror(errno));
  }

  [[noreturn]] void failInTime() const {
    throw std::runtime_error(fmt::format("no answer within {}", formatDuration(*timeout_)));
  }

  std::string path_;
  std::optional<Nanoseconds> timeout_;
  TimePoint deadline_{};
  UniqueFd fd_;
};

/// Finds out who is there, asks one after another, and prints each answer as it comes.
class Round {
 public:
  explicit Round(const Invocation& invocation) : invocation_(invocation) {
    for (const std::string& path : invocation.paths) connect(path);
  }

  /// Returns the exit code that all of it comes to.
  int run() {
    for (Peer& peer : peers_) {
      try {
        const std::string answer = peer.ask(invocation_.command);
        if (!answer.starts_with("ok")) code_ = std::max(code_, kExitRefused);
        const int printed = printAndExit(
            kProgram, peers_.size() > 1 ? fmt::format("{}: {}", peer.path(), answer) : answer);
        if (printed != kExitOk) return printed;
      } catch (const std::runtime_error& e) {
        giveUp(peer.path(), e.what());
      }
    }
    return code_;
  }

 private:
  void connect(const std::string& path) {
    const bool isPattern = pathGlob(path) != path;
    bool isAnybodyThere = false;
    for (const std::string& socket : socketsOf(path)) {
      try {
        peers_.emplace_back(socket, invocation_.timeout);
        isAnybodyThere = true;
      } catch (const NobodyListens& e) {
        if (!isPattern) giveUp(socket, e.what());
      } catch (const std::runtime_error& e) {
        isAnybodyThere = true;
        giveUp(socket, e.what());
      }
    }
    if (isPattern && !isAnybodyThere) giveUp(path, "nobody listens there");
  }

  void giveUp(const std::string& path, std::string_view why) {
    code_ = complain(kProgram, fmt::format("'{}': {}", printable(path), why), kExitUnavailable);
  }

  const Invocation& invocation_;
  std::list<Peer> peers_;
  int code_ = kExitOk;
};

}  // namespace

int runControlClient(int argc, char* const* argv) {
  const std::string_view first = argc > 0 ? argv[0] : "";
  if (first == "--help" || first == "-h") return printAndExit(kProgram, kUsage);
  const Invocation invocation = parse(argc, argv);
  return Round(invocation).run();
}

}  // namespace iotcpd::fake
