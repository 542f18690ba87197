#include "fake-daemons/daemon/wrapped_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMaxLine = 16UL * 1024 * 1024;

/// Signals as they were before we blocked and ignored some.
struct SpawnSettings {
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t changed;
    sigemptyset(&changed);
    for (const int number : {SIGTERM, SIGCHLD, SIGPIPE, SIGXFSZ}) sigaddset(&changed, number);
    ::posix_spawnattr_setsigdefault(&attributes, &changed);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

WrappedProgram::WrappedProgram(Loop& loop, Callbacks callbacks)
    : loop_(loop),
      callbacks_(std::move(callbacks)),
      stdinReader_(loop,
                   [this](TimePoint /*now*/) {
                     stdinReader_.pause();
                     stdin_->close();
                     callbacks_.onStdinClosed();
                   }),
      stdout_(loop, [this](TimePoint now) { read(now); }),
      framer_(kMaxLine) {}

int WrappedProgram::start(const std::vector<std::string>& words) {
  std::array<int, 2> request{};
  std::array<int, 2> reply{};
  if (::pipe2(request.data(), O_CLOEXEC) != 0) return errno;
  UniqueFd requestReader(request[0]);
  UniqueFd requestWriter(request[1]);
  if (::pipe2(reply.data(), O_CLOEXEC) != 0) return errno;
  stdoutReader_.reset(reply[0]);
  const UniqueFd replyWriter(reply[1]);

  SpawnSettings settings;
  ::posix_spawn_file_actions_adddup2(&settings.actions, requestReader.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&settings.actions, replyWriter.get(), STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawnp(&pid_, arguments[0], &settings.actions, &settings.attributes,
                                   arguments.data(), environ);
  if (error != 0) return error;
  ::fcntl(requestWriter.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(stdoutReader_.get(), F_SETFL, O_NONBLOCK);
  makeStdin(std::move(requestWriter));
  goOn();
  return 0;
}

void WrappedProgram::makeStdin(UniqueFd writer) {
  // No event is wanted: that there is no reader any more is told all the same.
  stdinReader_.wait(writer.get(), POLLERR);
  stdin_ = std::make_unique<ByteSink>(loop_, std::move(writer),
                                      ByteSink::Callbacks{[this](TimePoint now) {
                                                            if (closesStdin_) closeStdin();
                                                            callbacks_.onDrained(now);
                                                          },
                                                          [this](int /*error*/) {
                                                            stdinReader_.pause();
                                                            callbacks_.onStdinClosed();
                                                          }});
}

void WrappedProgram::write(std::string_view request) {
  stdin_->append(request);
  stdin_->flush();
}

void WrappedProgram::closeStdin() {
  closesStdin_ = true;
  if (!stdin_->empty()) return;
  stdinReader_.pause();
  stdin_->close();
}

void WrappedProgram::signal(int number) const {
  if (!exited_) ::kill(pid_, number);
}

void WrappedProgram::goOn() {
  if (!stdoutEnded_) stdout_.wait(stdoutReader_.get(), POLLIN);
}

std::size_t WrappedProgram::read(TimePoint now) {
  const ssize_t count = ::read(stdoutReader_.get(), buffer_.data(), buffer_.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (count <= 0) {
    endStdout(now);
    endIfGone();
    return 0;
  }
  std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
  while (!bytes.empty()) {
    const LineFramer::Taken taken = framer_.take(bytes);
    if (taken.status == LineFramer::Status::kTooLong) {
      callbacks_.onTooLong();
      framer_.reset();
    }
    bytes = taken.rest;
    if (taken.status == LineFramer::Status::kLine) callbacks_.onLine(taken.line);
  }
  callbacks_.onRead(now);
  return static_cast<std::size_t>(count);
}

void WrappedProgram::endStdout(TimePoint now) {
  stdoutEnded_ = true;
  stdout_.pause();
  if (framer_.buffered() == 0) return;
  std::string_view rest = framer_.take("\n").line;
  rest.remove_suffix(1);
  callbacks_.onLine(rest);
  callbacks_.onRead(now);
}

void WrappedProgram::onExit(int status, TimePoint now) {
  exited_ = true;
  ending_ = WIFSIGNALED(status) ? Ending{Ending::Kind::kSignal, WTERMSIG(status)}
                                : Ending{Ending::Kind::kExit, WEXITSTATUS(status)};
  // What it wrote is there by now; a child of its own may write on for ever.
  int left = 0;
  static_cast<void>(::ioctl(stdoutReader_.get(), FIONREAD, &left));
  for (std::size_t rest = static_cast<std::size_t>(left); rest > 0 && !stdoutEnded_;) {
    rest -= std::min(rest, read(now));
  }
  if (!stdoutEnded_) endStdout(now);
  endIfGone();
}

void WrappedProgram::endIfGone() {
  if (exited_ && stdoutEnded_) callbacks_.onEnd(ending_);
}

}  // namespace iotcpd::fake
