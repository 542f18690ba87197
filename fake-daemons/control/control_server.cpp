#include "fake-daemons/control/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "fake-daemons/control/unix_address.h"
#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMaxConnections = 64;
constexpr int kBacklog = 64;
constexpr std::chrono::milliseconds kPatience{100};

/// The first word of a command, which is cut off from it.
std::string takeWord(std::string_view& text) {
  const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(start);
  std::string word(text.substr(0, text.find(' ')));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

bool isStale(const UnixAddress& address) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), address.get(), address.length()) != 0 && errno == ECONNREFUSED;
}

}  // namespace

ControlServer::ControlServer(Loop& loop, ControlTarget& target)
    : loop_(loop),
      target_(target),
      watch_(loop, [this](TimePoint now) { accept(now); }),
      again_([this](TimePoint /*now*/) { goOn(); }) {}

std::string ControlServer::listen(const std::string& path) {
  const UnixAddress address(path);
  if (!address.fits()) return "a path of 1 to 107 bytes is accepted";
  listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
    if (!isStale(address))
      return "another process listens there; {pid} in the path tells them apart";
    ::unlink(path.c_str());
  }
  if (::bind(listener_.get(), address.get(), address.length()) != 0) return std::strerror(errno);
  path_ = path;
  if (::lstat(path.c_str(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  if (::listen(listener_.get(), kBacklog) != 0) return std::strerror(errno);
  watch_.wait(listener_.get(), POLLIN);
  return {};
}

void ControlServer::removeFile() {
  if (path_.empty()) return;
  struct stat status {};
  const bool isOurs =
      ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (isOurs) ::unlink(path_.c_str());
}

void ControlServer::accept(TimePoint now) {
  bury();
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  const bool noRoom = !fd && (errno == EMFILE || errno == ENFILE);
  if (noRoom) {
    // Whoever has just come waits until one has gone, or somebody closes something.
    watch_.pause();
    loop_.timers().schedule(again_, now + kPatience);
    return;
  }
  if (!fd) return;
  // The oldest makes room: nobody needs so many at a time.
  if (connections_.size() == kMaxConnections) connections_.pop_front();
  connections_.emplace_back();
  const auto place = std::prev(connections_.end());
  *place = std::make_unique<ControlConnection>(
      loop_, target_.gates(), std::move(fd),
      ControlConnection::Callbacks{[this](std::string_view command) { return execute(command); },
                                   [this, place] {
                                     ended_.splice(ended_.end(), connections_, place);
                                     loop_.timers().schedule(again_, steadyNow());
                                   }});
}

void ControlServer::goOn() {
  bury();
  watch_.wait(listener_.get(), POLLIN);
}

ControlServer::Outcome ControlServer::execute(std::string_view command) {
  std::string_view rest = command;
  const std::string name = takeWord(rest);
  if (name == "counters" && rest.empty()) return {"ok " + target_.listCounters(), {}, {}};
  if (name == "faults" && rest.empty()) return {"ok " + target_.listFaults(), {}, {}};
  if (name == "reset" && rest.empty()) {
    return {"ok", {}, [this](TimePoint now) { target_.reset(now); }};
  }
  if (name == "fault") {
    const std::string error = target_.addFault(rest);
    return {error.empty() ? "ok" : "error " + error, {}, {}};
  }
  const std::string gate = takeWord(rest);
  const bool isAtGate = name == "release" || name == "hold" || name == "await";
  const bool mayHaveCount = name == "release";
  if (!isAtGate || gate.empty() || (!rest.empty() && !mayHaveCount)) {
    return {fmt::format("error '{}' is none of: fault SPEC, faults, counters, hold NAME, "
                        "release NAME [N], await NAME, reset",
                        printable(command.substr(0, 100))),
            {},
            {}};
  }
  return executeAtGate(name, gate, rest);
}

ControlServer::Outcome ControlServer::executeAtGate(std::string_view name, const std::string& gate,
                                                    std::string_view rest) {
  Gates& gates = target_.gates();
  if (!Gates::isName(gate)) {
    return {fmt::format("error '{}' is no NAME: 1 to {} letters, digits, '-' and '_' are accepted",
                        printable(gate.substr(0, 100)), kMostNameBytes),
            {},
            {}};
  }
  if (name == "hold") {
    gates.shut(gate);
    return {"ok", {}, {}};
  }
  if (name == "await") {
    if (gates.waiting(gate) > 0) return {"ok", {}, {}};
    return {{}, gate, {}};
  }
  if (gates.isFull()) return {"error there are too many gates already", {}, {}};
  if (rest.empty()) {
    return {"ok", {}, [&gates, gate](TimePoint now) { gates.open(gate, now); }};
  }
  const auto count = parseCount(rest);
  if (!count || *count == 0 || *count > Gates::kMostPermits) {
    return {"error 'release NAME N' takes a count from 1 to 1000000000", {}, {}};
  }
  return {
      "ok", {}, [&gates, gate, passing = *count](TimePoint now) { gates.let(gate, passing, now); }};
}

}  // namespace iotcpd::fake
