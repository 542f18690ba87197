#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/os/process_launch.h"
#include "common/time/clock.h"
#include "loadgen/drive/poller.h"
#include "loadgen/result/daemons_report.h"

namespace iotcpd::loadgen {

/// The stdio daemons of `exec:`: starts them, sees every one to its end and counts how it came.
/// Each has a slot, as behind iotcpd, and is told of it: IOTCPD_WORKER is the slot, from 0,
/// IOTCPD_INCARNATION how many there have been in it, from 1. They write to our stderr.
///
///     start() ──► running ──onEnd() or kill(): killed with its group──► reaped by a later call
///                         ──dismiss()──► stop(): its time, TERM, KILL ──► reaped
class Daemons {
 public:
  /// `words`, program and arguments, and `poller` outlive it. `descriptorLimit` is the daemons'.
  Daemons(Poller& poller, const std::vector<std::string>& words, std::size_t count,
          const rlimit& descriptorLimit);
  ~Daemons();
  Daemons(const Daemons&) = delete;
  Daemons& operator=(const Daemons&) = delete;

  /// Starts one in a free slot. REQUIRES: fewer than `count` run.
  [[nodiscard]] LaunchResult start();

  /// Of one that start() has started, once: it is gone, or at least one of its pipes is.
  void onEnd(pid_t pid) { leave(pid, Leaving::kOwnEnd, {}); }
  /// It is of no more use.
  void kill(pid_t pid) { leave(pid, Leaving::kKilled, {}); }
  /// It has done its work, and its stdin is closed: it may live until stop(). What it writes until
  /// then goes to `output`, which nobody reads. REQUIRES: the poller watches that.
  void dismiss(pid_t pid, UniqueFd output) {
    poller_.remove(output.get());
    leave(pid, Leaving::kDismissed, std::move(output));
  }

  /// Ends at once all there are, with what they have started.
  void killAll() const;
  /// Waits for those that are leaving: TERM to the slow ones, KILL to those that stay. Dispatches
  /// meanwhile. REQUIRES: all have left.
  void stop();
  /// Complete after stop().
  [[nodiscard]] const DaemonsReport& report() const { return report_; }

 private:
  enum class Leaving : std::uint8_t { kOwnEnd, kKilled, kDismissed };
  struct Slot {
    std::uint64_t incarnations = 0;
    pid_t running = -1;
  };
  struct Leaver {
    pid_t pid;
    Leaving how;
    UniqueFd output;
  };

  [[nodiscard]] LaunchResult launch(std::size_t slot);
  void leave(pid_t pid, Leaving how, UniqueFd output);
  /// Whether it has been reaped; `options` as of waitpid(2).
  bool reap(const Leaver& leaver, int options);
  void reapTheGone();
  /// Whether all are gone within `patience`.
  bool awaitGone(Nanoseconds patience);
  void signalLeavers(int signal) const;

  Poller& poller_;
  const std::vector<std::string>& words_;
  rlimit descriptorLimit_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;  ///< slots, the next one last
  std::vector<Leaver> leaving_;
  DaemonsReport report_;
};

}  // namespace iotcpd::loadgen
