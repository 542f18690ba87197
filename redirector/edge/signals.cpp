#include "redirector/edge/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace iotcpd::redirector {
namespace {

sigset_t servedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM}) {
    sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

void blockServedSignals() {
  const sigset_t set = servedSignals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // With an inherited SIG_IGN the kernel would reap our children, and drop what is to end us while
  // we read the settings.
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  // What cannot be written is an error of the write, and no reason to end.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

Signals::Signals(std::function<void(int)> onSignal) : onSignal_(std::move(onSignal)) {
  const sigset_t set = servedSignals();
  fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

void Signals::take() {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    onSignal_(static_cast<int>(info.ssi_signo));
  }
}

}  // namespace iotcpd::redirector
