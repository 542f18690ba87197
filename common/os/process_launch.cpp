#include "common/os/process_launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace iotcpd {
namespace {

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

std::optional<Pipe> makePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void setNonBlocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

std::string_view nameOf(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

/// argv and envp as execve wants them; points into the image and into `environ`.
struct ExecVectors {
  std::vector<char*> argv;
  std::vector<char*> envp;
};

ExecVectors execVectors(const ProcessImage& image) {
  ExecVectors vectors;
  for (const std::string& word : image.words)
    vectors.argv.push_back(const_cast<char*>(word.c_str()));
  vectors.argv.push_back(nullptr);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const bool replaced = std::ranges::any_of(
        image.environment, [&](const std::string& ours) { return nameOf(ours) == nameOf(*entry); });
    if (!replaced) vectors.envp.push_back(*entry);
  }
  for (const std::string& ours : image.environment) {
    vectors.envp.push_back(const_cast<char*>(ours.c_str()));
  }
  vectors.envp.push_back(nullptr);
  return vectors;
}

/// All that the child needs, laid out before vfork(): between vfork() and exec it shares our memory
/// and may only make system calls.
struct ChildPlan {
  ExecVectors vectors;
  int stdinFd;
  int stdoutFd;
  int stderrFd;
  const rlimit* descriptorLimit;
  pid_t parent;
};

void resetSignals() {
  struct sigaction defaultAction {};
  defaultAction.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal != SIGKILL && signal != SIGSTOP) ::sigaction(signal, &defaultAction, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the child; returns the errno of what failed, and not at all when nothing did.
int becomeProgram(const ChildPlan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);
  if (::dup2(plan.stdinFd, STDIN_FILENO) < 0 || ::dup2(plan.stdoutFd, STDOUT_FILENO) < 0 ||
      ::dup2(plan.stderrFd, STDERR_FILENO) < 0) {
    return errno;
  }
  // Raw, since descriptors that other code opened without O_CLOEXEC must not slip through either.
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  if (plan.descriptorLimit != nullptr) ::setrlimit(RLIMIT_NOFILE, plan.descriptorLimit);
  resetSignals();
  ::execvpe(plan.vectors.argv[0], plan.vectors.argv.data(), plan.vectors.envp.data());
  return errno;
}

/// vfork in a frame of its own, so that nothing the child does clobbers what the parent still
/// needs.
[[gnu::noinline]] pid_t spawn(const ChildPlan& plan, volatile int& error) {
  const pid_t pid = ::vfork();
  if (pid == 0) {
    error = becomeProgram(plan);
    ::_exit(127);
  }
  return pid;
}

}  // namespace

LaunchResult launchProcess(const ProcessImage& image) {
  std::optional<Pipe> in = makePipe();
  std::optional<Pipe> out = makePipe();
  const bool hasOwnStderr = image.stderrTo == ChildStderr::kPipe;
  std::optional<Pipe> err = hasOwnStderr ? makePipe() : Pipe{};
  if (!in || !out || !err) return {std::nullopt, errno};

  const ChildPlan plan{execVectors(image),
                       in->reader.get(),
                       out->writer.get(),
                       hasOwnStderr ? err->writer.get() : STDERR_FILENO,
                       image.descriptorLimit ? &*image.descriptorLimit : nullptr,
                       ::getpid()};

  // No handler of ours may run in the child while it borrows our memory.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  volatile int error = 0;
  const pid_t pid = spawn(plan, error);
  const int spawnError = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

  if (pid < 0) return {std::nullopt, spawnError};
  if (error != 0) {
    ::waitpid(pid, nullptr, 0);
    return {std::nullopt, error};
  }
  setNonBlocking(in->writer.get());
  setNonBlocking(out->reader.get());
  if (hasOwnStderr) setNonBlocking(err->reader.get());
  return {
      LaunchedProcess{pid, std::move(in->writer), std::move(out->reader), std::move(err->reader)},
      0};
}

}  // namespace iotcpd
