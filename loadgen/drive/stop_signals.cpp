#include "loadgen/drive/stop_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "common/cli/exit_codes.h"

namespace iotcpd::loadgen {

StopSignals::StopSignals(Poller& poller, std::function<void()> onStop, std::function<void()> onQuit)
    : onStop_(std::move(onStop)), onQuit_(std::move(onQuit)) {
  sigset_t caught;
  sigemptyset(&caught);
  sigaddset(&caught, SIGINT);
  sigaddset(&caught, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &caught, &before_);
  signals_.reset(::signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) throw std::system_error(errno, std::generic_category(), "signalfd");
  poller.add(signals_.get(), EPOLLIN, *this);
}

StopSignals::~StopSignals() {
  // A first one that nobody was told of any more wanted what has happened anyhow; unblocked, it
  // would end the process before it can report.
  signalfd_siginfo late{};
  if (!stopping_) {
    [[maybe_unused]] const ssize_t got = ::read(signals_.get(), &late, sizeof late);
  }
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::onReady(std::uint32_t /*events*/) {
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (stopping_) {
      onQuit_();
      ::_exit(kExitInterrupted);
    }
    stopping_ = true;
    onStop_();
  }
}

}  // namespace iotcpd::loadgen
