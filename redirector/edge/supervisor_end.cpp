// Supervisor: the end of daemons, and of all of them. The daemons at work are in supervisor.cpp.
#include <signal.h>

#include <utility>

#include <fmt/format.h>

#include "redirector/edge/supervisor.h"

namespace iotcpd::redirector {

void Supervisor::onChildExited(TimePoint now) {
  for (DaemonLauncher::Exit exit = with_.launcher.nextExited(); exit.pid > 0;
       exit = with_.launcher.nextExited()) {
    bury(exit, now);
  }
  if (stopping_ && processes_.empty() && onStopped_) std::exchange(onStopped_, nullptr)();
}

void Supervisor::bury(const DaemonLauncher::Exit& exit, TimePoint now) {
  const auto found = processes_.find(exit.pid);
  if (found == processes_.end()) {
    with_.launcher.reap(exit.pid);  // A child we were born with.
    return;
  }
  DaemonProcess& daemon = *found->second;
  const bool expected = daemon.phase() == Phase::kStopping;
  // Once reaped, the group's number may be somebody else's.
  with_.launcher.signalGroup(exit.pid, SIGKILL);
  daemon.due = true;
  daemon.ended = true;
  daemon.channel().drain(now);
  daemon.standardError().finish(now);
  with_.launcher.reap(exit.pid);
  // What it has left in its pipe may have condemned it just now.
  if (!expected && !daemon.accounted) with_.counters.daemonDied();
  logExit(daemon, exit, expected);
  if (refresh_.owns(daemon)) {
    refresh_.onExited(now);
  } else {
    lose(daemon, CondemnCause::kClosedStdout, now);
    closeRequest(daemon, true, now);
  }
  processes_.erase(exit.pid);
}

void Supervisor::logExit(const DaemonProcess& daemon, const DaemonLauncher::Exit& exit,
                         bool expected) {
  const auto priority = expected ? Poco::Message::PRIO_DEBUG : Poco::Message::PRIO_WARNING;
  if (with_.log.getLevel() < priority) return;
  const std::string how = exit.killed ? fmt::format("killed by signal {}", exit.code)
                                      : fmt::format("exited with code {}", exit.code);
  const std::string text = fmt::format("daemon[{}] pid {} {} after {} requests", daemon.worker(),
                                       daemon.pid(), how, daemon.served);
  with_.log.log(Poco::Message(with_.log.name(), text, priority));
}

void Supervisor::stop(TimePoint now, std::function<void()> onStopped) {
  stopping_ = true;
  onStopped_ = std::move(onStopped);
  startTimer_.cancel();
  turns_.clear();
  refresh_.cancel(now);
  for (const auto& slot : slots_) {
    slot->turn.cancel();
    if (slot->process != nullptr) retire(*slot->process, now);
  }
  // Whoever waited for what they have is answered by now.
  for (const auto& [pid, daemon] : processes_) {
    if (daemon->phase() == Phase::kFinishing) daemon->stop(now);
  }
  onChildExited(now);
}

void Supervisor::killAll(TimePoint now) {
  stopping_ = true;
  startTimer_.cancel();
  refresh_.cancel(now);
  for (const auto& [pid, daemon] : processes_) {
    daemon->enter(Phase::kStopping);
    with_.launcher.signalGroup(pid, SIGKILL);
  }
}

std::size_t Supervisor::stoppingCount() const {
  std::size_t count = 0;
  for (const auto& [pid, daemon] : processes_) {
    const Phase phase = daemon->phase();
    if (phase == Phase::kStopping || phase == Phase::kGone || phase == Phase::kFinishing) ++count;
  }
  return count;
}

}  // namespace iotcpd::redirector
