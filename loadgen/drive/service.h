#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/framing/line_framer.h"
#include "common/os/process_launch.h"
#include "loadgen/drive/poller.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// One stream of the service's output, read as it comes so that the service never waits for us.
class ServiceOutput final : public PollHandler {
 public:
  /// `forward`: its lines go to our stderr too.
  ServiceOutput(Poller& poller, UniqueFd fd, bool forward);

  void onReady(std::uint32_t events) override;
  [[nodiscard]] bool hasEnded() const { return !fd_; }
  /// Whether lines are kept from now on, for somebody who takes them after each dispatch. A service
  /// that talks all the time costs a run no more than the reading.
  void keepLines(bool keep);
  /// Lines kept and not taken yet, without newlines.
  [[nodiscard]] std::vector<std::string> takeLines() { return std::exchange(lines_, {}); }

 private:
  UniqueFd fd_;
  bool forward_;
  bool keepsLines_ = false;
  LineFramer framer_;
  std::vector<std::string> lines_;
};

/// The service under test, run by --serve: started, awaited, asked for its statistics and ended. It
/// dies with this process, and what it leaves behind in its process group with this object. Its
/// stderr is passed on to ours.
///
/// Started with launchProcess() as iotcpd's daemons are: what Poco::Process cannot do, and a
/// measurement needs, is tell that a program could not be executed, and keep Ctrl-C from the
/// service while the run is being ended.
class Service {
 public:
  /// Throws TargetError when the program cannot be executed.
  Service(Poller& poller, const std::vector<std::string>& words);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Waits until a line matches `ready`; its first group (the whole match without groups) holds the
  /// address, of which the first word is taken. Empty when `isInterrupted` says so first. Throws
  /// TargetError when it ends first, or when nothing matches within `patience`.
  [[nodiscard]] std::string awaitReady(const std::string& ready, Nanoseconds patience,
                                       const bool& isInterrupted);
  /// Ends it at once, with all that it has started and not put elsewhere.
  void kill() const;
  /// Whether it still runs.
  [[nodiscard]] bool isAlive();
  /// Asks for statistics, as iotcpd gives them upon USR1, and ends it: TERM, then KILL.
  [[nodiscard]] ServiceReport finish();

 private:
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> askStatistics();
  void end();
  /// Dispatches until `isDone` or `patience` is over; says which.
  template <typename IsDone>
  bool await(Nanoseconds patience, IsDone isDone);

  Poller& poller_;
  std::string command_;
  std::string address_;
  bool isIotcpd_ = false;  ///< it announced itself as one: it knows what USR1 is
  LaunchedProcess process_;
  std::optional<ServiceOutput> out_;
  std::optional<ServiceOutput> err_;
  bool isReaped_ = false;
  int exitCode_ = 0;
};

}  // namespace iotcpd::loadgen
