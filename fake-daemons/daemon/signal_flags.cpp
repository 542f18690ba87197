#include "fake-daemons/daemon/signal_flags.h"

#include <unistd.h>

#include <utility>

namespace iotcpd::fake {
namespace {

// Signal handlers reach nothing else.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t termCame = 0;
volatile std::sig_atomic_t childCame = 0;
volatile std::sig_atomic_t waiting = 0;
sigset_t waitMask;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void note(int number) {
  if (number == SIGTERM) termCame = 1;
  if (number == SIGCHLD) childCame = 1;
}

void endByTerm() {
  std::signal(SIGTERM, SIG_DFL);
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
  ::raise(SIGTERM);
  // The first process of a PID namespace survives what it sends itself.
  ::_exit(128 + SIGTERM);
}

void noteUnlessWaiting(int /*term*/) {
  if (waiting != 0) endByTerm();
  termCame = 1;
}

bool take(volatile std::sig_atomic_t& flag) {
  const bool came = flag != 0;
  flag = 0;
  return came;
}

}  // namespace

void SignalFlags::install() {
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &blocked, &waitMask);
  sigdelset(&waitMask, SIGTERM);
  sigdelset(&waitMask, SIGCHLD);
  struct sigaction action {};
  action.sa_handler = note;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGCHLD, &action, nullptr);
  // What cannot be written is an error of write(2), and no more.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void SignalFlags::letTermEndWaits() {
  struct sigaction action {};
  action.sa_handler = noteUnlessWaiting;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigprocmask(SIG_SETMASK, &waitMask, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
}

void SignalFlags::beginWait() {
  waiting = 1;
  if (termCame != 0) endByTerm();
}

void SignalFlags::endWait() { waiting = 0; }

void SignalFlags::sleep(Nanoseconds time) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec longest{time.count() / kSecond, time.count() % kSecond};
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGCHLD);
  note(::sigtimedwait(&awaited, nullptr, &longest));
}

const sigset_t& SignalFlags::maskWhileWaiting() { return waitMask; }

bool SignalFlags::takeTerm() { return take(termCame); }

bool SignalFlags::takeChild() { return take(childCame); }

}  // namespace iotcpd::fake
