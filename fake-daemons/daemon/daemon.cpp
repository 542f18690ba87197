#include "fake-daemons/daemon/daemon.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/cli/exit_codes.h"
#include "fake-daemons/daemon/path_template.h"
#include "fake-daemons/daemon/signal_flags.h"

namespace iotcpd::fake {
namespace {

/// Lines of a wrapped program that wait for one before them.
constexpr std::size_t kMostWrappedLines = 1000;
constexpr std::size_t kMostWrappedBytes = 1024UL * 1024;

Pacing pacingOf(PersonalityKind kind) {
  if (kind == PersonalityKind::kSquidChannel) return Pacing::kFree;
  return kind == PersonalityKind::kWrap ? Pacing::kPipeline : Pacing::kSerial;
}

// To read a terminal from the background stops the process, even before there is anything to read.
bool isPipeOrSocket(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

Waiting waitingOf(const Settings& settings) {
  return onlyEndsUponTerm(settings) && isPipeOrSocket(STDIN_FILENO) ? Waiting::kReads
                                                                    : Waiting::kPolls;
}

}  // namespace

Daemon::Daemon(const Settings& settings, const Identity& identity,
               std::unique_ptr<Personality> personality)
    : settings_(settings),
      identity_(identity),
      personality_(std::move(personality)),
      loop_(settings.spin),
      journal_(identity),
      faults_(identity),
      output_(loop_,
              [this](int error) {
                host_.complain(fmt::format("stdout: {}", std::strerror(error)));
                endWith("stdout", {Ending::Kind::kExit, kExitIo});
              }),
      host_(loop_, journal_, output_, counters_),
      facilities_{loop_, gates_, journal_, output_, faults_, host_, counters_, steadyNow()},
      rules_(makeRules()),
      intake_(facilities_, rules_, pacingOf(settings.personality), waitingOf(settings),
              {[this] { host_.endIdleChatter(); }, [this] { onEnd(); },
               [this](std::string_view what) {
                 host_.complain(what);
                 endWith("stdin", {Ending::Kind::kExit, kExitIo});
               },
               [this] { return wrapped_ != nullptr && wrapped_->isFull(); }}),
      startup_(facilities_, [this](TimePoint now) { onStarted(now); }),
      startupTimer_([this](TimePoint now) {
        journal_.slept(now, Point::kStartup, nullptr, now - startupSince_);
        intake_.start(now);
      }),
      term_(facilities_, [this](TimePoint now) { afterTerm(now); }),
      control_(loop_, *this) {
  for (const FaultSpec& fault : settings.faults) faults_.add(fault);
  host_.connect({[this] { intake_.closeStdin(); }, [this] { intake_.stopReading(); },
                 [this] { return intake_.atIdlePoint(); },
                 [this] { (term_.busy() ? thisTermIgnored_ : termIgnored_) = true; },
                 [this] { control_.removeFile(); }});
}

ExchangeRules Daemon::makeRules() {
  return {settings_.latency,
          identity_.stream("latency"),
          settings_.obeyRequests,
          identity_,
          [this](Exchange& exchange) { return respond(exchange); },
          [this] { return intake_.outstanding(); },
          [this](Exchange& exchange, TimePoint now) {
            replyUnderWay_ = false;
            intake_.onExchangeDone(exchange, now);
            passOnLines(now);
          }};
}

std::string Daemon::open() {
  if (!settings_.journalFile.empty()) {
    const std::string path = fillPath(settings_.journalFile, identity_);
    if (const int error = journal_.open(path); error != 0) {
      return fmt::format("--journal '{}': {}", path, std::strerror(error));
    }
  }
  if (!settings_.controlPath.empty()) {
    const std::string path = fillPath(settings_.controlPath, identity_);
    const std::string error = control_.listen(path);
    if (!error.empty()) return fmt::format("--control '{}': {}", path, error);
  }
  return settings_.personality == PersonalityKind::kWrap ? startWrapped() : std::string();
}

std::string Daemon::startWrapped() {
  wrapped_ = std::make_unique<WrappedProgram>(
      loop_, WrappedProgram::Callbacks{
                 [this](std::string_view bytes) {
                   wrappedLines_.emplace_back(bytes);
                   wrappedBytes_ += bytes.size();
                 },
                 [this](TimePoint now) { passOnLines(now); },
                 [this](TimePoint now) { intake_.proceed(now); }, [this] { intake_.closeStdin(); },
                 [this] {
                   host_.complain("a line of the wrapped program is longer than 16MiB");
                   endWith("wrapped", {Ending::Kind::kExit, kExitIo});
                 },
                 [this](Ending ending) { ending_ = ending; }});
  const int error = wrapped_->start(settings_.wrappedWords);
  if (error == 0) return {};
  control_.removeFile();
  return fmt::format("--wrap '{}': cannot be started: {}", settings_.wrappedWords.front(),
                     std::strerror(error));
}

void Daemon::run() {
  // Sleeping threads are woken up to 50 us late otherwise, to save wake-ups.
  ::prctl(PR_SET_TIMERSLACK, 1);
  const TimePoint now = steadyNow();
  if (wrapped_ == nullptr) {
    SignalFlags::leaveChildrenToKernel();
    onChild(now);
  }
  journal_.start(now, personalityName(settings_.personality));
  if (startup_.begin(faults_.hit(Point::kStartup, {}), {}, now)) onStarted(now);
  for (;;) {
    if (SignalFlags::takeTerm()) onTerm(steadyNow());
    if (SignalFlags::takeChild()) onChild(steadyNow());
    if (wrapped_ != nullptr) followWrapped();
    loop_.turn();
  }
}

void Daemon::followWrapped() {
  const bool isOver = wrapped_->stdoutEnded() && wrappedLines_.empty() && !replyUnderWay_;
  if (!isOver || !output_.flush()) return;
  if (ending_) endWith("wrapped", *ending_);
  if (!output_.closed()) host_.closeStdout();
}

void Daemon::onStarted(TimePoint now) {
  RandomStream random = identity_.stream("startup");
  const Nanoseconds startup = settings_.startup.sample(random);
  if (startup == Nanoseconds::zero()) {
    intake_.start(now);
  } else {
    startupSince_ = now;
    loop_.timers().schedule(startupTimer_, now + startup);
  }
}

void Daemon::onEnd() {
  if (wrapped_ != nullptr) {
    wrapped_->closeStdin();
  } else if (output_.flush([this](TimePoint /*now*/) { onEnd(); })) {
    endWith("eof", {Ending::Kind::kExit, kExitOk});
  }
}

void Daemon::onTerm(TimePoint now) {
  if (termIgnored_ || term_.busy()) return;
  thisTermIgnored_ = false;
  const Hit hit{now - facilities_.startedAt, {}};
  if (term_.begin(faults_.hit(Point::kOnTerm, hit), {}, now)) afterTerm(now);
}

void Daemon::afterTerm(TimePoint /*now*/) {
  if (thisTermIgnored_ || termIgnored_) return;
  if (wrapped_ != nullptr) {
    wrapped_->signal(SIGTERM);
  } else {
    endWith("term", {Ending::Kind::kSignal, SIGTERM});
  }
}

void Daemon::onChild(TimePoint now) {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    // The others are those that linger.
    if (wrapped_ != nullptr && pid == wrapped_->pid()) wrapped_->onExit(status, now);
  }
}

std::optional<std::string> Daemon::respond(Exchange& exchange) {
  if (wrapped_ == nullptr) return personality_->reply(exchange.request());
  wrapped_->write(exchange.request().line);
  intake_.proceed(steadyNow());
  return std::nullopt;
}

void Daemon::passOnLines(TimePoint now) {
  if (wrapped_ == nullptr || std::exchange(passingOn_, true)) return;
  while (!wrappedLines_.empty() && !replyUnderWay_ && outputHasRoom()) {
    Exchange* exchange = intake_.oldestAwaitingAnswer();
    if (exchange == nullptr) {
      host_.writeStray(takeWrappedLines());
    } else {
      replyUnderWay_ = true;
      std::string line = std::move(wrappedLines_.front());
      wrappedLines_.pop_front();
      wrappedBytes_ -= line.size();
      exchange->answer(std::move(line), now);
    }
  }
  passingOn_ = false;
  if (waitsForOutput_ || wrappedLines_.size() >= kMostWrappedLines ||
      wrappedBytes_ >= kMostWrappedBytes) {
    wrapped_->pause();
  } else {
    wrapped_->goOn();
  }
}

std::string Daemon::takeWrappedLines() {
  std::string lines;
  wrappedBytes_ = 0;
  for (const std::string& line : std::exchange(wrappedLines_, {})) lines += line;
  return lines;
}

bool Daemon::outputHasRoom() {
  if (waitsForOutput_ || !output_.isStuck()) return !waitsForOutput_;
  waitsForOutput_ = !output_.flush([this](TimePoint later) {
    waitsForOutput_ = false;
    passOnLines(later);
  });
  return !waitsForOutput_;
}

void Daemon::endWith(std::string_view reason, Ending ending) {
  host_.endBecause(reason, ending);
  // A signal that came from the outside may have been blocked there: gone is gone.
  ::_exit(128 + ending.number);
}

}  // namespace iotcpd::fake
