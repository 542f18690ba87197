#include "loadgen/drive/service.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <Poco/RegularExpression.h>
#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "common/text/words.h"
#include "loadgen/drive/exit_status.h"
#include "loadgen/drive/peer_address.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostLineBytes = 64UL * 1024;
constexpr Nanoseconds kStatisticsPatience = std::chrono::seconds(2);
/// Longer than iotcpd's own drain takes with its default settings.
constexpr Nanoseconds kEndPatience = std::chrono::seconds(20);
constexpr Nanoseconds kLook = std::chrono::milliseconds(20);
constexpr std::string_view kStatisticsBegin = " --- statistics ---- >8 -------";
constexpr std::string_view kStatisticsEnd = " --- statistics ---- 8< -------";

/// "queries total      5" -> {"queries total", "5"}
std::pair<std::string, std::string> labelled(const std::string& line) {
  const std::size_t label = line.find("  ");
  const std::size_t value = line.find_first_not_of(' ', label == std::string::npos ? 0 : label);
  if (label != std::string::npos && value != std::string::npos) {
    return {line.substr(0, label), line.substr(value)};
  }
  const std::size_t blank = line.rfind(' ');
  if (blank == std::string::npos) return {line, ""};
  return {line.substr(0, blank), line.substr(blank + 1)};
}

std::string describeEnd(int code) {
  return code < 0 ? fmt::format("was killed by signal {}", -code)
                  : fmt::format("exited with code {}", code);
}

}  // namespace

ServiceOutput::ServiceOutput(Poller& poller, UniqueFd fd, bool forward)
    : fd_(std::move(fd)), forward_(forward), framer_(kMostLineBytes) {
  poller.add(fd_.get(), EPOLLIN, *this);
}

void ServiceOutput::onReady(std::uint32_t /*events*/) {
  std::array<char, 16UL * 1024> buffer;
  const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
  if (got < 0) return;
  if (got == 0) {
    fd_.reset();
    return;
  }
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  // Ours may be full: rather lose a line of somebody else's log than a due time.
  if (forward_) static_cast<void>(writeNonBlocking(STDERR_FILENO, bytes));
  while (keepsLines_ && !bytes.empty()) {
    const LineFramer::Taken taken = framer_.take(bytes);
    if (taken.status == LineFramer::Status::kTooLong) framer_.reset();
    if (taken.status != LineFramer::Status::kLine) return;
    lines_.emplace_back(taken.line.substr(0, taken.line.size() - 1));
    bytes = taken.rest;
  }
}

void ServiceOutput::keepLines(bool keep) {
  keepsLines_ = keep;
  lines_.clear();
  framer_.reset();
}

Service::Service(Poller& poller, const std::vector<std::string>& words)
    : poller_(poller), command_(joinWords(words)) {
  LaunchResult launched = launchProcess({.words = words, .environment = {}, .descriptorLimit = {}});
  if (!launched.process) {
    throw TargetError(fmt::format("--serve: '{}' cannot be started: {}", printable(words.front()),
                                  std::generic_category().message(launched.error)));
  }
  process_ = std::move(*launched.process);
  process_.stdinWriter.reset();
  out_.emplace(poller, std::move(process_.stdoutReader), false);
  err_.emplace(poller, std::move(process_.stderrReader), true);
}

Service::~Service() {
  const bool wasAlive = isAlive();
  // Also what a shell, say, has started and not taken with it.
  kill();
  if (wasAlive) ::waitpid(process_.pid, nullptr, 0);
}

template <typename IsDone>
bool Service::await(Nanoseconds patience, IsDone isDone) {
  TimePoint now = steadyNow();
  for (const TimePoint deadline = now + patience; now < deadline; now = steadyNow()) {
    if (isDone()) return true;
    poller_.dispatch(std::min(now + kLook, deadline), now);
  }
  return isDone();
}

std::string Service::awaitReady(const std::string& ready, Nanoseconds patience,
                                const bool& isInterrupted) {
  const Poco::RegularExpression pattern(ready);
  out_->keepLines(true);
  const auto isReady = [&] {
    for (const std::string& line : out_->takeLines()) {
      std::vector<std::string> groups;
      if (pattern.split(line, groups) > 0) {
        const std::string& found = groups.size() > 1 ? groups[1] : groups[0];
        address_ = found.substr(0, found.find(' '));
        isIotcpd_ = line.starts_with("iotcpd ready: ");
        return true;
      }
    }
    return isInterrupted || !isAlive();
  };
  const bool wasTold = await(patience, isReady);
  out_->keepLines(false);
  if (!address_.empty() || isInterrupted) return address_;
  const std::string what = wasTold ? fmt::format("{} before it was ready", describeEnd(exitCode_))
                                   : fmt::format("printed no line that matches '{}' within {}",
                                                 ready, formatDuration(patience));
  throw TargetError(fmt::format("--serve: '{}' {}", printable(command_), what));
}

void Service::kill() const { ::kill(-process_.pid, SIGKILL); }

bool Service::isAlive() {
  if (isReaped_) return false;
  int status = 0;
  if (::waitpid(process_.pid, &status, WNOHANG) != process_.pid) return true;
  isReaped_ = true;
  exitCode_ = exitCodeOf(status);
  return false;
}

std::vector<std::pair<std::string, std::string>> Service::askStatistics() {
  std::vector<std::pair<std::string, std::string>> statistics;
  if (!isIotcpd_ || !isAlive()) return statistics;
  out_->keepLines(true);
  ::kill(process_.pid, SIGUSR1);
  bool isWithin = false;
  const auto isComplete = [&] {
    for (const std::string& line : out_->takeLines()) {
      if (line == kStatisticsEnd) return true;
      if (isWithin) statistics.push_back(labelled(line));
      isWithin = isWithin || line == kStatisticsBegin;
    }
    return out_->hasEnded();
  };
  static_cast<void>(await(kStatisticsPatience, isComplete));
  out_->keepLines(false);
  return statistics;
}

ServiceReport Service::finish() {
  ServiceReport report{.command = command_, .address = address_, .statistics = askStatistics()};
  end();
  report.exitCode = exitCode_;
  return report;
}

void Service::end() {
  if (!isAlive()) return;
  ::kill(process_.pid, SIGTERM);
  if (await(kEndPatience, [this] { return !isAlive(); })) return;
  kill();
  static_cast<void>(await(kEndPatience, [this] { return !isAlive(); }));
}

}  // namespace iotcpd::loadgen
