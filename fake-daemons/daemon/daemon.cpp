#include "fake-daemons/daemon/daemon.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/cli/exit_codes.h"
#include "common/text/json_text.h"
#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/daemon/path_template.h"
#include "fake-daemons/daemon/signal_flags.h"
#include "fake-daemons/grammar/fault_parser.h"
#include "fake-daemons/grammar/fault_printer.h"

namespace iotcpd::fake {
namespace {

/// Faults that can be added while it runs; those of before a reset count as well.
constexpr std::size_t kMostFaults = 10'000;
/// Lines of a wrapped program that wait for one before them.
constexpr std::size_t kMostWrappedLines = 1000;

Pacing pacingOf(PersonalityKind kind) {
  if (kind == PersonalityKind::kSquidChannel) return Pacing::kFree;
  return kind == PersonalityKind::kWrap ? Pacing::kPipeline : Pacing::kSerial;
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
      intake_(facilities_, rules_, pacingOf(settings.personality),
              {[this] { host_.endIdleChatter(); }, [this] { onEnd(); },
               [this](std::string_view what) {
                 host_.complain(what);
                 endWith("stdin", {Ending::Kind::kExit, kExitIo});
               }}),
      startup_(facilities_, [this](TimePoint now) { onStarted(now); }),
      startupTimer_([this](TimePoint now) { intake_.start(now); }),
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
  if (settings_.personality != PersonalityKind::kWrap) return {};
  wrapped_ = std::make_unique<WrappedProgram>(
      loop_, WrappedProgram::Callbacks{
                 [this](std::string_view bytes) { wrappedLines_.emplace_back(bytes); },
                 [this](TimePoint now) { passOnLines(now); },
                 [this](Ending ending) { ending_ = ending; }});
  const int error = wrapped_->start(settings_.wrappedWords);
  if (error == 0) return {};
  return fmt::format("--wrap '{}': cannot be started: {}", settings_.wrappedWords.front(),
                     std::strerror(error));
}

void Daemon::run() {
  // Sleeping threads are woken up to 50 us late otherwise, to save wake-ups.
  ::prctl(PR_SET_TIMERSLACK, 1);
  const TimePoint now = steadyNow();
  journal_.start(now, personalityName(settings_.personality));
  if (startup_.begin(faults_.hit(Point::kStartup, {}), {}, now)) onStarted(now);
  for (;;) {
    if (SignalFlags::takeTerm()) onTerm(steadyNow());
    if (SignalFlags::takeChild()) onChild(steadyNow());
    if (ending_ && wrappedLines_.empty() && !replyUnderWay_) {
      if (output_.flush()) endWith("wrapped", *ending_);
    }
    loop_.turn(SignalFlags::maskWhileWaiting());
  }
}

void Daemon::onStarted(TimePoint now) {
  RandomStream random = identity_.stream("startup");
  const Nanoseconds startup = settings_.startup.sample(random);
  if (startup == Nanoseconds::zero()) {
    intake_.start(now);
  } else {
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
      exchange->answer(std::move(line), now);
    }
  }
  passingOn_ = false;
  if (waitsForOutput_ || wrappedLines_.size() >= kMostWrappedLines) {
    wrapped_->pause();
  } else {
    wrapped_->goOn();
  }
}

std::string Daemon::takeWrappedLines() {
  std::string lines;
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

std::string Daemon::addFault(std::string_view text) {
  if (faults_.added() >= kMostFaults) return "there are too many faults already";
  try {
    FaultSpec fault = parseFault(text, actionTable());
    std::string conflict = conflictOf(fault, settings_.personality);
    if (!conflict.empty()) return conflict;
    faults_.add(std::move(fault));
    intake_.onFaultsChanged(steadyNow());
    return {};
  } catch (const SyntaxError& e) {
    return e.what();
  }
}

std::string Daemon::listFaults() const {
  std::string list = "[";
  for (const auto& fault : faults_.faults()) {
    if (list.size() > 1) list += ',';
    list += jsonText(printFault(fault->spec()));
  }
  return list + ']';
}

std::string Daemon::listCounters() const {
  std::string faults;
  for (const auto& fault : faults_.faults()) {
    faults += fmt::format(R"({}{{"fault":{},"hits":{},"fired":{}}})", faults.empty() ? "" : ",",
                          jsonText(printFault(fault->spec())), fault->hits(), fault->fired());
  }
  return fmt::format(
      R"({{"pid":{},"worker":{},"incarnation":{},"seed":{},"received":{},"replied":{},)"
      R"("dropped":{},"stray":{},"outstanding":{},"journal_lost":{},"faults":[{}]}})",
      ::getpid(), identity_.worker, identity_.incarnation, identity_.seed, counters_.received,
      counters_.replied, counters_.dropped, counters_.stray, intake_.outstanding(), journal_.lost(),
      faults);
}

void Daemon::reset(TimePoint now) {
  faults_.reset(settings_.faults.size());
  counters_ = {};
  gates_.reset(now);
  intake_.onFaultsChanged(now);
}

}  // namespace iotcpd::fake
