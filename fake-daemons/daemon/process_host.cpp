#include "fake-daemons/daemon/process_host.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "common/os/standard_descriptors.h"
#include "common/os/unique_fd.h"

namespace iotcpd::fake {
namespace {

/// Late lines that wait for their time.
constexpr std::size_t kMostLate = 10'000;
constexpr std::size_t kMostLateBytes = 16UL * 1024 * 1024;
/// What shells add to a signal's number for an exit code.
constexpr int kSignalBase = 128;

void setDefaultAction(int number) {
  std::signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

/// Until the other end of a pipe is closed by all who have it.
void waitForEnd(int fd) {
  char byte = 0;
  while (::read(fd, &byte, 1) < 0 && errno == EINTR) {
  }
}

/// What a child that lingers does, all its life.
[[noreturn]] void linger(Nanoseconds time) {
  // Of our others, a socket would seem to be served and a wrapped program's stdin to have no end.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  for (const int number : {SIGTERM, SIGCHLD, SIGPIPE, SIGXFSZ}) setDefaultAction(number);
  constexpr std::int64_t kSecond = 1'000'000'000;
  timespec left{time.count() / kSecond, time.count() % kSecond};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  ::_exit(0);
}

}  // namespace

ProcessHost::ProcessHost(Loop& loop, Journal& journal, ReplyOutput& output, Counters& counters)
    : loop_(loop),
      journal_(journal),
      output_(output),
      counters_(counters),
      stderr_(openNonBlocking(STDERR_FILENO)),
      chatter_([this](TimePoint now) { chat(chatter_, chatterInterval_, now); }),
      idleChatter_([this](TimePoint now) { chat(idleChatter_, idleChatterInterval_, now); }) {}

void ProcessHost::writeStray(std::string_view bytes) {
  if (output_.isFull()) {
    loseStray();
    return;
  }
  ++counters_.stray;
  output_.writeStray(bytes);
  journal_.stray(steadyNow(), bytes.size());
}

void ProcessHost::writeStrayLater(std::string bytes, Nanoseconds delay) {
  if (late_.size() >= kMostLate || lateBytes_ + bytes.size() > kMostLateBytes) {
    loseStray();
    return;
  }
  lateBytes_ += bytes.size();
  late_.emplace_back(std::move(bytes));
  const auto line = std::prev(late_.end());
  line->timer = std::make_unique<Timer>([this, line](TimePoint /*now*/) {
    lateBytes_ -= line->bytes.size();
    writeStray(line->bytes);
    // Destroys the timer, which may be done while it is called.
    late_.erase(line);
  });
  loop_.timers().schedule(*line->timer, steadyNow() + delay);
}

void ProcessHost::loseStray() {
  if (counters_.strayLost++ == 0) complain("stray lines are lost: too many wait");
}

void ProcessHost::chatter(Nanoseconds interval) {
  const bool whileIdle = callbacks_.isIdle();
  (whileIdle ? idleChatterInterval_ : chatterInterval_) = interval;
  Timer& timer = whileIdle ? idleChatter_ : chatter_;
  // Who begins it again and again must not put it off.
  const TimePoint next = steadyNow() + interval;
  if (!timer.armed() || next < timer.deadline()) loop_.timers().schedule(timer, next);
}

void ProcessHost::chat(Timer& timer, Nanoseconds interval, TimePoint now) {
  // A program that writes on its own would be stuck here.
  if (!output_.isStuck()) writeStray(fmt::format("chatter {} of {}\n", ++chatted_, ::getpid()));
  loop_.timers().schedule(timer, now + interval);
}

std::size_t ProcessHost::writeStderr(std::string_view bytes) {
  const ssize_t count = writeNonBlocking(stderr_.get(), bytes);
  if (count >= 0) return static_cast<std::size_t>(count);
  // A stderr that is gone takes everything, as it does from programs that don't look.
  return errno == EAGAIN ? 0 : bytes.size();
}

void ProcessHost::complain(std::string_view what) {
  static_cast<void>(writeStderr(fmt::format("iotcpd-fake-daemon: {}\n", what)));
}

void ProcessHost::closeStdin() { callbacks_.closeStdin(); }

void ProcessHost::closeStdout() {
  output_.flush();
  output_.close();
  closeStandardDescriptor(STDOUT_FILENO);
}

void ProcessHost::stopReading() { callbacks_.stopReading(); }

void ProcessHost::ignoreSignal(int number) {
  if (number == SIGTERM) {
    callbacks_.ignoreTerm();
  } else if (number != SIGCHLD) {  // which nobody sees anyway, and a wrapper needs
    std::signal(number, SIG_IGN);
  }
}

void ProcessHost::lingerChild(Nanoseconds time, Session session) {
  std::array<int, 2> ends{-1, -1};
  static_cast<void>(!::pipe2(ends.data(), O_CLOEXEC));
  const UniqueFd settled(ends[0]);
  UniqueFd unsettled(ends[1]);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (session == Session::kOwn) ::setsid();
    linger(time);
  }
  unsettled.reset();
  // Who kills our group next must not find it there any more, nor who reads of it in the journal.
  waitForEnd(settled.get());
  if (pid < 0) {
    complain(fmt::format("linger-child: {}", std::strerror(errno)));
  } else {
    journal_.child(steadyNow(), pid);
  }
}

void ProcessHost::end(Ending ending) { endBecause("fault", ending); }

void ProcessHost::endBecause(std::string_view reason, Ending ending) {
  output_.flush();
  if (ending.kind == Ending::Kind::kExit) {
    callbacks_.beforeEnd();
    journal_.exit(steadyNow(), reason, ending);
    ::_exit(ending.number);
  }
  // A signal that does not end the process (STOP, CONT, ...) is no exit: only who is gone says so.
  const bool ends = ending.number != SIGSTOP && ending.number != SIGTSTP &&
                    ending.number != SIGTTIN && ending.number != SIGTTOU &&
                    ending.number != SIGCONT && ending.number != SIGCHLD &&
                    ending.number != SIGURG && ending.number != SIGWINCH;
  if (ends) {
    callbacks_.beforeEnd();
    journal_.exit(steadyNow(), reason, ending);
    // A pool's tests would fill the disk.
    constexpr rlimit kNoCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &kNoCore);
  }
  // SIGCHLD's is to be ignored, and then the kernel would reap what a wrapper waits for.
  const bool hasDefault =
      ending.number != SIGKILL && ending.number != SIGSTOP && ending.number != SIGCHLD;
  if (hasDefault) setDefaultAction(ending.number);
  ::raise(ending.number);
  // The first process of a PID namespace survives what it sends itself.
  if (ends) ::_exit(kSignalBase + ending.number);
}

}  // namespace iotcpd::fake
