#pragma once

#include <cstddef>
#include <string_view>

#include "redirector/edge/daemon_process.h"
#include "redirector/edge/daemon_proof.h"
#include "redirector/policy/refresh_plan.h"

namespace iotcpd::redirector {

/// Carries out a refresh, make-before-break: starts a successor beside a slot's incumbent, has it
/// proven, and lets it take over when the incumbent is free; then the next slot.
class RollingRefresh {
 public:
  /// What is wrong with a successor.
  enum class Flaw {
    kEnded,   ///< it has closed one of its pipes
    kSpoke,   ///< output that nobody asked for
    kAnswer,  ///< its probe's answer is wrong, or did not come
  };
  enum class Ending { kDone, kAborted };

  /// The pool as the refresh sees it.
  class Host {
   public:
    [[nodiscard]] virtual std::size_t slotCount() const = 0;
    [[nodiscard]] virtual bool slotBusy(SlotId slot) const = 0;
    /// nullptr when it could not be started; the host has logged why.
    [[nodiscard]] virtual DaemonProcess* launchSuccessor(SlotId slot, TimePoint now) = 0;
    /// The proven successor becomes its slot's process; the incumbent, if any, is stopped.
    virtual void takeOver(DaemonProcess& successor, TimePoint now) = 0;
    /// The successor has failed.
    virtual void reject(DaemonProcess& successor, Flaw flaw, TimePoint now) = 0;
    /// The successor is not wanted any more.
    virtual void dismiss(DaemonProcess& successor, TimePoint now) = 0;
    /// When aborted, the incumbents that are left stay. Another may begin.
    virtual void onRefreshEnded(Ending ending) = 0;

   protected:
    ~Host() = default;
  };

  RollingRefresh(Host& host, Timers& timers);

  /// `retryDelay`: between a failed successor and the next try. REQUIRES: not running().
  void begin(Nanoseconds retryDelay, TimePoint now);
  void cancel(TimePoint now);
  [[nodiscard]] bool running() const { return plan_.current().has_value(); }
  /// The slot being refreshed; those before it have their successors. REQUIRES: running().
  [[nodiscard]] SlotId position() const { return *plan_.current(); }

  [[nodiscard]] bool owns(const DaemonProcess& daemon) const { return successor_ == &daemon; }
  /// What happens to the daemon it owns.
  void onEvent(ChannelEvent event, std::string_view line, TimePoint now);
  void onDeadline(TimePoint now);
  void onExited(TimePoint now);
  /// The slot's incumbent became free, or is no more. True when a successor took over.
  bool onSlotFree(SlotId slot, TimePoint now);
  /// The pool has shrunk: a successor for a slot that is no more is dismissed.
  void onShrunk(TimePoint now);

 private:
  void startSuccessor(TimePoint now);
  void judge(DaemonProof::Verdict verdict, Flaw flaw, TimePoint now);
  void takeOverNow(TimePoint now);
  void fail(Flaw flaw, TimePoint now);
  void advance(RefreshPlan::Progress progress, Nanoseconds delay, TimePoint now);

  Host& host_;
  Timers& timers_;
  RefreshPlan plan_;
  DaemonProcess* successor_ = nullptr;
  Nanoseconds retryDelay_{};
  Timer next_;  ///< starts the next successor
};

}  // namespace iotcpd::redirector
