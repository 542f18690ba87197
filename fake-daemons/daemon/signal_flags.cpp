#include "fake-daemons/daemon/signal_flags.h"

#include <utility>

namespace iotcpd::fake {
namespace {

// Signal handlers reach nothing else.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t termCame = 0;
volatile std::sig_atomic_t childCame = 0;
sigset_t waitMask;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void note(int number) {
  if (number == SIGTERM) termCame = 1;
  if (number == SIGCHLD) childCame = 1;
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

const sigset_t& SignalFlags::maskWhileWaiting() { return waitMask; }

bool SignalFlags::takeTerm() { return take(termCame); }

bool SignalFlags::takeChild() { return take(childCame); }

}  // namespace iotcpd::fake
