#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "common/os/process_launch.h"
#include "common/time/timer_heap.h"
#include "redirector/edge/concurrent_requests.h"
#include "redirector/edge/daemon_channel.h"
#include "redirector/edge/daemon_launcher.h"
#include "redirector/edge/deferred_writes.h"
#include "redirector/edge/stderr_capture.h"
#include "redirector/edge/timers.h"
#include "redirector/policy/daemon_pool.h"
#include "redirector/policy/stop_sequence.h"

namespace iotcpd::redirector {

struct DaemonRecipe;
class Query;

/// One daemon process from launch to burial: its pipes, what it is doing, and its one deadline.
/// Passive: the owner decides, and destroys it once it is reaped.
class DaemonProcess final : private DaemonChannel::Listener, public DeferredWrites::Writer {
 public:
  enum class Phase {
    kProving,    ///< not yet proven: awaits its probe's answer, or has to keep silent for a while
    kStandby,    ///< a proven successor, waiting until its slot's incumbent is free
    kIdle,       ///< available
    kServing,    ///< works on a request
    kResting,    ///< rests for `settle` after a reply
    kFinishing,  ///< with --concurrency: in no slot any more; what it has may be answered yet
    kGone,       ///< closed a pipe; given a moment to turn out as an exit
    kStopping,   ///< in its stop sequence
  };

  class Owner {
   public:
    virtual void onDaemonEvent(DaemonProcess& daemon, ChannelEvent event, std::string_view line,
                               TimePoint now) = 0;
    /// The phase's deadline has passed.
    virtual void onDaemonDeadline(DaemonProcess& daemon, TimePoint now) = 0;
    /// recycle-age has passed.
    virtual void onDaemonAged(DaemonProcess& daemon, TimePoint now) = 0;
    /// The end of a pass in which requests were gathered for it.
    virtual void onDaemonGathered(DaemonProcess& daemon) = 0;
    virtual void onDaemonStderr(DaemonProcess& daemon, std::string_view line) = 0;

   protected:
    ~Owner() = default;
  };

  struct Identity {
    SlotId slot = 0;    ///< among those of its supervisor
    SlotId worker = 0;  ///< among all: what it is called to the outside
    std::uint64_t incarnation = 0;
  };

  DaemonProcess(Owner& owner, Poller& poller, Timers& timers, DaemonLauncher& launcher,
                Identity identity, std::shared_ptr<const DaemonRecipe> recipe,
                LaunchedProcess process, TimePoint now);

  /// False, with errno set, when the poller could not take its descriptors.
  [[nodiscard]] bool open();

  [[nodiscard]] SlotId slot() const { return identity_.slot; }
  [[nodiscard]] SlotId worker() const { return identity_.worker; }
  [[nodiscard]] std::uint64_t incarnation() const { return identity_.incarnation; }
  [[nodiscard]] const DaemonRecipe& recipe() const { return *recipe_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] TimePoint startedAt() const { return startedAt_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] DaemonChannel& channel() { return channel_; }
  [[nodiscard]] StderrCapture& standardError() { return stderr_; }

  /// Enters a phase without a deadline, or with one.
  void enter(Phase phase);
  void enter(Phase phase, TimePoint deadline);
  /// Enters a phase whose deadlines awaitDue() sets: one that is passed over may yet come up, which
  /// costs less than moving it with each request.
  void turn(Phase phase) { phase_ = phase; }
  void awaitDue(TimePoint deadline);
  void retireAt(TimePoint deadline) { timers_.schedule(ageTimer_, deadline); }

  /// Begins its stop sequence, or takes the next step that is due. Its output is not heard any
  /// more.
  void stop(TimePoint now);

  /// It is given several requests at a time, by channel IDs.
  [[nodiscard]] bool concurrent() const { return requests_.capacity() > 0; }
  /// REQUIRES: concurrent().
  [[nodiscard]] ConcurrentRequests& requests() { return requests_; }
  [[nodiscard]] const ConcurrentRequests& requests() const { return requests_; }
  /// Asks it something on our own account.
  [[nodiscard]] DaemonChannel::SendResult ask(std::string_view request);
  /// What its line answers that; nothing when it does not.
  [[nodiscard]] std::optional<std::string_view> answerIn(std::string_view line);
  /// Nobody waits for the answer to the query any more.
  void withdraw(Query& withdrawn);
  /// The query that it works on, if it has one at a time and anybody still waits for it; with no
  /// daemon from here on.
  [[nodiscard]] Query* takeQuery();

  /// The query whose request it works on, if it has one at a time; nullptr when its client has
  /// left.
  Query* query = nullptr;
  TimePoint handedOutAt{};  ///< just before it could have its request
  TimePoint replyDueAt{};   ///< busy-timeout after it could
  /// Requests answered, for clients that have left too.
  std::uint64_t served = 0;
  /// To be replaced as soon as it is free.
  bool due = false;
  /// It has ended, and what it has left in its pipes is being read.
  bool ended = false;
  /// How it ended is counted: it was condemned, or retired while it still had requests.
  bool accounted = false;
  /// It has answered its probe; what remains of kProving is its rest after that.
  bool answeredProbe = false;
  /// It is gone with a request that it seems not to have read; decided when it has ended.
  bool requestOpen = false;
  /// What it is condemned for if it lives on after kGone.
  CondemnCause ifAlive = CondemnCause::kClosedStdout;

 private:
  void onChannelEvent(ChannelEvent event, std::string_view line, TimePoint now) override;
  void writeGathered() override { owner_.onDaemonGathered(*this); }
  void perform(StopSequence::Step step);

  Owner& owner_;
  Timers& timers_;
  DaemonLauncher& launcher_;
  Identity identity_;
  std::shared_ptr<const DaemonRecipe> recipe_;
  pid_t pid_;
  TimePoint startedAt_;
  Phase phase_ = Phase::kProving;
  StopSequence stopSequence_;
  ConcurrentRequests requests_;
  DaemonChannel channel_;
  StderrCapture stderr_;
  Timer phaseTimer_;
  Timer ageTimer_;
};

}  // namespace iotcpd::redirector
