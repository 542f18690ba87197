#include "fake-daemons/control/control_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "common/framing/line_framer.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "fake-daemons/control/unix_address.h"
#include "fake-daemons/daemon/byte_sink.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMaxCommand = 64UL * 1024;
constexpr std::size_t kMaxConnections = 64;
constexpr int kBacklog = 64;

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

/// One client: commands in, answers out. An await holds back what comes after it.
class ControlServer::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ControlServer& server, UniqueFd fd)
      : server_(server),
        fd_(std::move(fd)),
        watch_(server.loop_, [this](TimePoint now) { read(now); }),
        framer_(kMaxCommand),
        answers_(server.loop_, UniqueFd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3)),
                 {nullptr, [](int /*error*/) {}}) {
    watch_.wait(fd_.get(), POLLIN);
  }

  [[nodiscard]] bool ended() const { return ended_; }

 private:
  void read(TimePoint now) {
    // Kept until here is the end of it.
    const std::shared_ptr<Connection> self = shared_from_this();
    const ssize_t count = ::recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      end();
      return;
    }
    unframed_.append(buffer_.data(), static_cast<std::size_t>(count));
    proceed(now);
  }

  void proceed(TimePoint now) {
    while (!waiting_ && !ended_) {
      const std::string bytes = std::exchange(unframed_, {});
      const LineFramer::Taken taken = framer_.take(bytes);
      unframed_ = taken.rest;
      if (taken.status == LineFramer::Status::kNeedMore) return;
      if (taken.status == LineFramer::Status::kTooLong) {
        answer(fmt::format("error a command is longer than {}", formatSize(kMaxCommand)));
        end();
        return;
      }
      execute(taken.line.substr(0, taken.line.size() - 1), now);
    }
  }

  void execute(std::string_view command, TimePoint now) {
    waiting_ = true;
    const std::weak_ptr<Connection> self = weak_from_this();
    const std::string text = server_.execute(command, now, [self](const std::string& later) {
      const std::shared_ptr<Connection> alive = self.lock();
      if (alive == nullptr || alive->ended_) return;
      alive->answer(later);
      alive->proceed(SteadyClock().now());
    });
    if (!text.empty()) answer(text);
  }

  void answer(const std::string& text) {
    waiting_ = false;
    answers_.append(text + '\n');
    answers_.flush();
  }

  void end() {
    ended_ = true;
    watch_.pause();
    fd_.reset();
    answers_.close();
    server_.connections_.remove(shared_from_this());
  }

  ControlServer& server_;
  UniqueFd fd_;
  Watch watch_;
  LineFramer framer_;
  ByteSink answers_;
  std::array<char, 4096> buffer_{};
  std::string unframed_;
  bool waiting_ = false;
  bool ended_ = false;
};

ControlServer::ControlServer(Loop& loop, ControlTarget& target)
    : loop_(loop), target_(target), watch_(loop, [this](TimePoint /*now*/) { accept(); }) {}

ControlServer::~ControlServer() = default;

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
  if (::listen(listener_.get(), kBacklog) != 0) return std::strerror(errno);
  watch_.wait(listener_.get(), POLLIN);
  return {};
}

void ControlServer::removeFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void ControlServer::accept() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) return;
  // The oldest makes room: nobody needs so many at a time.
  if (connections_.size() == kMaxConnections) connections_.pop_front();
  connections_.push_back(std::make_shared<Connection>(*this, std::move(fd)));
}

std::string ControlServer::execute(std::string_view command, TimePoint now,
                                   std::function<void(std::string answer)> later) {
  std::string_view rest = command;
  const std::string name = takeWord(rest);
  if (name == "counters" && rest.empty()) return "ok " + target_.listCounters();
  if (name == "faults" && rest.empty()) return "ok " + target_.listFaults();
  if (name == "reset" && rest.empty()) {
    target_.reset(now);
    return "ok";
  }
  if (name == "fault") {
    const std::string error = target_.addFault(rest);
    return error.empty() ? "ok" : "error " + error;
  }
  const std::string gate = takeWord(rest);
  const bool hasGate = !gate.empty();
  if (name == "release" && hasGate && !rest.empty()) {
    const auto count = parseCount(rest);
    if (!count || *count == 0) return "error 'release NAME N' takes a count from 1";
    target_.gates().let(gate, *count, now);
    return "ok";
  }
  if (!hasGate || !rest.empty() || (name != "release" && name != "hold" && name != "await")) {
    return fmt::format(
        "error '{}' is none of: fault SPEC, faults, counters, hold NAME, "
        "release NAME [N], await NAME, reset",
        printable(command.substr(0, 100)));
  }
  if (name == "await") {
    target_.gates().await(gate, [later = std::move(later)] { later("ok"); });
    return {};
  }
  if (name == "release") {
    target_.gates().open(gate, now);
  } else {
    target_.gates().shut(gate);
  }
  return "ok";
}

}  // namespace iotcpd::fake
