#include "loadgen/drive/daemons.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "common/text/words.h"
#include "loadgen/drive/exit_status.h"

namespace iotcpd::loadgen {
namespace {

/// The stop sequence of iotcpd's daemons.
constexpr Nanoseconds kStdinPatience = std::chrono::milliseconds(500);
constexpr Nanoseconds kTermPatience = std::chrono::seconds(2);
constexpr Nanoseconds kLook = std::chrono::milliseconds(2);

}  // namespace

Daemons::Daemons(Poller& poller, const std::vector<std::string>& words, std::size_t count,
                 const rlimit& descriptorLimit)
    : poller_(poller), words_(words), descriptorLimit_(descriptorLimit), slots_(count) {
  for (std::size_t slot = count; slot > 0; --slot) free_.push_back(slot - 1);
  report_.command = joinWords(words);
  report_.count = count;
}

Daemons::~Daemons() {
  killAll();
  for (const Slot& slot : slots_) {
    if (slot.running > 0) ::waitpid(slot.running, nullptr, 0);
  }
  for (const Leaver& leaver : leaving_) ::waitpid(leaver.pid, nullptr, 0);
}

LaunchResult Daemons::start() {
  reapTheGone();
  LaunchResult launched = launch(free_.back());
  if (!launched.process) return launched;
  Slot& slot = slots_[free_.back()];
  ++slot.incarnations;
  slot.running = launched.process->pid;
  free_.pop_back();
  ++report_.started;
  return launched;
}

LaunchResult Daemons::launch(std::size_t slot) {
  return launchProcess(
      {.words = words_,
       .environment = {fmt::format("IOTCPD_WORKER={}", slot),
                       fmt::format("IOTCPD_INCARNATION={}", slots_[slot].incarnations + 1)},
       .descriptorLimit = descriptorLimit_,
       .stderrTo = ChildStderr::kInherit});
}

void Daemons::leave(pid_t pid, Leaving how, UniqueFd output) {
  const auto slot = std::ranges::find(slots_, pid, &Slot::running);
  slot->running = -1;
  free_.push_back(static_cast<std::size_t>(slot - slots_.begin()));
  leaving_.push_back({.pid = pid, .how = how, .output = std::move(output)});
  if (how == Leaving::kOwnEnd) ++report_.ended;
  if (how == Leaving::kKilled) ++report_.killed;
  // What it has started and left behind must not live on beside its successor.
  if (how != Leaving::kDismissed) ::kill(-pid, SIGKILL);
}

bool Daemons::reap(const Leaver& leaver, int options) {
  int status = 0;
  if (::waitpid(leaver.pid, &status, options) != leaver.pid) return false;
  if (leaver.how == Leaving::kOwnEnd) report_.lastEnd = exitCodeOf(status);
  return true;
}

void Daemons::reapTheGone() {
  std::erase_if(leaving_, [this](const Leaver& leaver) {
    // The group first: once its leader has been reaped, the number may be somebody else's.
    siginfo_t gone{};
    const auto id = static_cast<id_t>(leaver.pid);
    const bool isGone =
        ::waitid(P_PID, id, &gone, WEXITED | WNOHANG | WNOWAIT) == 0 && gone.si_pid != 0;
    if (!isGone) return false;
    ::kill(-leaver.pid, SIGKILL);
    return reap(leaver, 0);
  });
}

bool Daemons::awaitGone(Nanoseconds patience) {
  TimePoint now = steadyNow();
  const TimePoint deadline = now + patience;
  for (reapTheGone(); !leaving_.empty() && now < deadline; reapTheGone()) {
    poller_.dispatch(std::min(now + kLook, deadline), now);
    now = steadyNow();
  }
  return leaving_.empty();
}

void Daemons::signalLeavers(int signal) const {
  for (const Leaver& leaver : leaving_) ::kill(-leaver.pid, signal);
}

void Daemons::killAll() const {
  for (const Slot& slot : slots_) {
    if (slot.running > 0) ::kill(-slot.running, SIGKILL);
  }
  signalLeavers(SIGKILL);
}

void Daemons::stop() {
  if (awaitGone(kStdinPatience)) return;
  signalLeavers(SIGTERM);
  if (awaitGone(kTermPatience)) return;
  signalLeavers(SIGKILL);
  std::erase_if(leaving_, [this](const Leaver& leaver) { return reap(leaver, 0); });
}

}  // namespace iotcpd::loadgen
