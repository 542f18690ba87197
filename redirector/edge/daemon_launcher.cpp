#include "redirector/edge/daemon_launcher.h"

#include <signal.h>
#include <sys/wait.h>

#include <fmt/format.h>

namespace iotcpd::redirector {

LaunchResult ProcessLauncher::launch(const std::vector<std::string>& words, SlotId worker,
                                     std::uint64_t incarnation) {
  return launchProcess(
      {words,
       {fmt::format("IOTCPD_WORKER={}", worker), fmt::format("IOTCPD_INCARNATION={}", incarnation)},
       descriptorLimit_});
}

void ProcessLauncher::signalGroup(pid_t pid, int signal) {
  ::kill(-pid, signal);
  ::kill(pid, signal);  // It may have moved to a group of its own choice.
}

DaemonLauncher::Exit ProcessLauncher::nextExited() {
  siginfo_t info{};
  constexpr int kOfThisThread = __WNOTHREAD;
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | kOfThisThread) != 0 ||
      info.si_pid == 0) {
    return {};
  }
  return {info.si_pid, info.si_status, info.si_code != CLD_EXITED};
}

void ProcessLauncher::reap(pid_t pid) {
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
}

}  // namespace iotcpd::redirector
