#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "redirector/edge/daemon_launcher.h"

namespace iotcpd::redirector {

/// Launches nothing: the test holds the daemon's ends of the pipes and speaks for it.
class FakeLauncher final : public DaemonLauncher {
 public:
  struct Daemon {
    UniqueFd stdinReader;
    UniqueFd stdoutWriter;
    UniqueFd stderrWriter;
    std::vector<std::string> words;
    SlotId worker = 0;
    std::uint64_t incarnation = 0;
  };

  LaunchResult launch(const std::vector<std::string>& words, SlotId worker,
                      std::uint64_t incarnation) override {
    if (error != 0) return {std::nullopt, error};
    auto [stdinReader, stdinWriter] = makePipe();
    auto [stdoutReader, stdoutWriter] = makePipe();
    auto [stderrReader, stderrWriter] = makePipe();
    const pid_t pid = ++lastPid;
    daemons[pid] = {std::move(stdinReader),
                    std::move(stdoutWriter),
                    std::move(stderrWriter),
                    words,
                    worker,
                    incarnation};
    return {LaunchedProcess{pid, std::move(stdinWriter), std::move(stdoutReader),
                            std::move(stderrReader)},
            0};
  }

  void signalGroup(pid_t pid, int signal) override { signals.emplace_back(pid, signal); }
  Exit nextExited() override { return exited.empty() ? Exit{} : exited.front(); }
  void reap(pid_t pid) override {
    std::erase_if(exited, [&](const Exit& exit) { return exit.pid == pid; });
  }

  /// The daemon writes to its stdout.
  void says(pid_t pid, const std::string& text) {
    [[maybe_unused]] const ssize_t n =
        ::write(daemons.at(pid).stdoutWriter.get(), text.data(), text.size());
  }
  /// All that the daemon can read from its stdin now.
  std::string reads(pid_t pid) {
    std::string text;
    std::array<char, 65536> buffer{};
    ssize_t got = 0;
    while ((got = ::read(daemons.at(pid).stdinReader.get(), buffer.data(), buffer.size())) > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  /// The daemon exits: its pipes close and its parent may reap it.
  void exits(pid_t pid, int code = 0) {
    daemons.erase(pid);
    exited.push_back({pid, code, false});
  }
  bool alive(pid_t pid) const { return daemons.contains(pid); }
  bool wasSent(pid_t pid, int signal) const {
    return std::ranges::find(signals, std::pair{pid, signal}) != signals.end();
  }

  int error = 0;  ///< what the next launches fail with
  pid_t lastPid = 100;
  std::map<pid_t, Daemon> daemons;
  std::vector<std::pair<pid_t, int>> signals;
  std::deque<Exit> exited;

 private:
  static std::pair<UniqueFd, UniqueFd> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }
};

}  // namespace iotcpd::redirector
