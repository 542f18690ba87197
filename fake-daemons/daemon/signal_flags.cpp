#include "fake-daemons/daemon/signal_flags.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace iotcpd::fake {
namespace {

// Signal handlers reach nothing else.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t termCame = 0;
volatile std::sig_atomic_t childCame = 0;
volatile std::sig_atomic_t closedUponTerm = -1;
bool termComesThrough = false;
sigset_t waitMask;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void note(int number) {
  if (number == SIGTERM) termCame = 1;
  if (number == SIGCHLD) childCame = 1;
}

// A read that is about to begin would wait whatever a flag says: not without its descriptor.
void noteAndClose(int term) {
  note(term);
  if (closedUponTerm < 0) return;
  const int error = errno;
  ::close(closedUponTerm);
  closedUponTerm = -1;
  errno = error;
}

void changeTerm(int how) {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ::sigprocmask(how, &term, nullptr);
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
  action.sa_handler = noteAndClose;
  ::sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = note;
  ::sigaction(SIGCHLD, &action, nullptr);
  // What cannot be written is an error of write(2), and no more.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void SignalFlags::leaveChildrenToKernel() { std::signal(SIGCHLD, SIG_IGN); }

ssize_t SignalFlags::readUntilTerm(int fd, char* buffer, std::size_t size) {
  if (!std::exchange(termComesThrough, true)) changeTerm(SIG_UNBLOCK);
  closedUponTerm = fd;
  const ssize_t count = termCame == 0 ? ::read(fd, buffer, size) : -1;
  closedUponTerm = -1;
  if (count < 0 && termCame != 0) errno = EINTR;
  return count;
}

bool SignalFlags::holdTerm() {
  if (!std::exchange(termComesThrough, false)) return false;
  changeTerm(SIG_BLOCK);
  return termCame != 0;
}

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
