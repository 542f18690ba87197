#include "fake-daemons/control/control_client.h"

#include <glob.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/cli/option_table.h"
#include "common/os/unique_fd.h"
#include "common/text/printable.h"
#include "fake-daemons/control/unix_address.h"
#include "fake-daemons/daemon/path_template.h"

namespace iotcpd::fake {
namespace {

constexpr std::string_view kProgram = "iotcpd-fake-daemon ctl";
constexpr int kExitRefused = 1;
constexpr std::string_view kUsage =
    "Usage: iotcpd-fake-daemon ctl PATH... -- COMMAND\n"
    "Sends a command to fake daemons by their --control sockets and prints the answers. In PATH,\n"
    "{pid}, {worker} and {incarnation} stand for all there are.\n"
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
};

Invocation parse(int argc, char* const* argv) {
  const std::vector<std::string> words(argv, argv + argc);
  const auto separator = std::ranges::find(words, "--");
  Invocation invocation{{words.begin(), separator}, {}};
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

/// Sends the command and reads the answer's line; throws std::runtime_error when that is not to
/// be had.
std::string ask(const std::string& path, const std::string& command) {
  const UnixAddress address(path);
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!address.fits() || ::connect(fd.get(), address.get(), address.length()) != 0) {
    if (address.fits() && errno == ECONNREFUSED) throw NobodyListens();
    throw std::runtime_error(address.fits() ? std::strerror(errno) : "the path is too long");
  }
  const std::string line = command + '\n';
  if (::send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(line.size())) {
    throw std::runtime_error(std::strerror(errno));
  }
  std::string answer;
  std::array<char, 4096> buffer{};
  while (!answer.ends_with('\n')) {
    const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("it ended without an answer");
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return answer;
}

struct Answer {
  std::string socket;
  std::string text;
};

/// Asks all that a path names. Returns the exit code that this comes to.
int askAll(const std::string& path, const std::string& command, std::vector<Answer>& answers) {
  const std::vector<std::string> sockets = socketsOf(path);
  const bool isPattern = pathGlob(path) != path;
  int code = kExitOk;
  std::size_t stale = 0;
  for (const std::string& socket : sockets) {
    try {
      answers.push_back({socket, ask(socket, command)});
      if (!answers.back().text.starts_with("ok")) code = std::max(code, kExitRefused);
    } catch (const NobodyListens& e) {
      ++stale;
      if (!isPattern)
        code = complain(kProgram, fmt::format("'{}': {}", printable(socket), e.what()),
                        kExitUnavailable);
    } catch (const std::runtime_error& e) {
      code = complain(kProgram, fmt::format("'{}': {}", printable(socket), e.what()),
                      kExitUnavailable);
    }
  }
  if (isPattern && stale == sockets.size()) {
    code = complain(kProgram, fmt::format("'{}': nobody listens there", printable(path)),
                    kExitUnavailable);
  }
  return code;
}

}  // namespace

int runControlClient(int argc, char* const* argv) {
  const std::string_view first = argc > 0 ? argv[0] : "";
  if (first == "--help" || first == "-h") return printAndExit(kProgram, kUsage);
  const Invocation invocation = parse(argc, argv);
  std::vector<Answer> answers;
  int code = kExitOk;
  for (const std::string& path : invocation.paths) {
    code = std::max(code, askAll(path, invocation.command, answers));
  }
  std::string output;
  for (const Answer& answer : answers) {
    output += answers.size() > 1 ? fmt::format("{}: {}", answer.socket, answer.text) : answer.text;
  }
  const int printed = printAndExit(kProgram, output);
  return printed == kExitOk ? code : printed;
}

}  // namespace iotcpd::fake
