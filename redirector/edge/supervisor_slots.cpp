// Supervisor: slots and what fills them. The daemons at work are in supervisor.cpp.
#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "redirector/edge/supervisor.h"

namespace iotcpd::redirector {
namespace {

/// Processes started in one pass of the loop, so that clients wait a millisecond at the most.
constexpr int kStartsPerPass = 8;

}  // namespace

int Supervisor::start(TimePoint now) {
  resize(settings_.numDaemons, now);
  turns_.pop_front();
  const int error = startSlot(0, now);
  started_ = true;
  return error;
}

void Supervisor::startLater(TimePoint now) {
  started_ = true;
  resize(settings_.numDaemons, now);
}

void Supervisor::inspect(TimePoint now) {
  onChildExited(now);
  for (const auto& slot : slots_) {
    if (slot->turn.armed()) with_.timers.schedule(slot->turn, now);
  }
}

void Supervisor::startSome(TimePoint now) {
  for (int started = 0; started < kStartsPerPass && !turns_.empty(); ++started) {
    const SlotId slot = turns_.front();
    turns_.pop_front();
    if (slot < wantedSlots_ && slots_[slot]->process == nullptr && !slots_[slot]->turn.armed()) {
      [[maybe_unused]] const int error = startSlot(slot, now);
    }
  }
  if (!turns_.empty()) with_.timers.schedule(startTimer_, now);
}

int Supervisor::startSlot(SlotId id, TimePoint now) {
  Slot& slot = *slots_[id];
  const Launched launched = launch(id, pool_.incarnation(id) + 1, recipeFor(id), now);
  if (launched.daemon == nullptr) {
    const RespawnBackoff::Decision decision = slot.backoff.couldNotStart(with_.random.uniform());
    if (started_ && decision.newStage) logNoStart(id, recipeFor(id)->words.front(), launched.error);
    with_.timers.schedule(slot.turn, now + decision.delay);
    return launched.error;
  }
  slot.process = launched.daemon;
  pool_.start(id);
  DaemonProcess& daemon = *launched.daemon;
  judge(daemon, daemon.recipe().proof.begin(daemon, DaemonProof::Kind::kFirst), now);
  return 0;
}

Supervisor::Launched Supervisor::launch(SlotId slot, std::uint64_t incarnation,
                                        const Recipe& recipe, TimePoint now) {
  const DaemonProcess::Identity identity{slot, workerOf(slot), incarnation};
  LaunchResult result = with_.launcher.launch(recipe->words, identity.worker, incarnation);
  if (!result.process) return {nullptr, result.error};
  DaemonProcess::Owner& owner = *this;
  auto daemon =
      std::make_unique<DaemonProcess>(owner, with_.pipes, with_.timers, with_.launcher, identity,
                                      recipe, std::move(*result.process), with_.clock.now());
  DaemonProcess* const raw = daemon.get();
  const bool opened = raw->open();
  const int error = opened ? 0 : errno;
  processes_.emplace(raw->pid(), std::move(daemon));
  with_.counters.spawned();
  if (!opened) {
    stopFaultless(*raw, now);
    return {nullptr, error};
  }
  if (with_.log.debug()) {
    with_.log.debug(fmt::format("daemon[{}] pid {} started, incarnation {}", identity.worker,
                                raw->pid(), incarnation));
  }
  return {raw, 0};
}

Nanoseconds Supervisor::delayAfterDeath(const DaemonProcess& daemon, TimePoint now) {
  const RespawnBackoff::Decision decision = slots_[daemon.slot()]->backoff.died(
      daemon.served > 0, now - daemon.startedAt(), with_.random.uniform());
  logDelay(daemon.slot(), decision);
  return decision.delay;
}

void Supervisor::logNoStart(SlotId slot, const std::string& program, int error) {
  with_.log.error(fmt::format("daemon[{}] cannot be started: {}: {}", workerOf(slot), program,
                              std::strerror(error)));
}

void Supervisor::logDelay(SlotId slot, const RespawnBackoff::Decision& decision) {
  if (!decision.newStage) return;
  const double seconds = std::chrono::duration<double>(decision.delay).count();
  with_.log.warning(
      fmt::format("daemon[{}] keeps dying without having served: next start in {:.3g}s",
                  workerOf(slot), seconds));
}

void Supervisor::vacate(const DaemonProcess& daemon, Nanoseconds delay, TimePoint now) {
  const SlotId id = daemon.slot();
  pool_.vacate(id);
  slots_[id]->process = nullptr;
  if (stopping_ || refresh_.onSlotFree(id, now)) return;
  if (id >= wantedSlots_) {
    dropEmptySlots();
  } else {
    // From when the end was seen, not from when the pass began that saw it.
    with_.timers.schedule(slots_[id]->turn, with_.clock.now() + delay);
  }
}

void Supervisor::resize(std::size_t slots, TimePoint now) {
  wantedSlots_ = slots;
  if (slots > slots_.size()) pool_.resize(slots);
  for (auto id = static_cast<SlotId>(slots_.size()); id < slots; ++id) {
    slots_.push_back(std::make_unique<Slot>(settings_.alarmInterval, [this, id](TimePoint at) {
      turns_.push_back(id);
      with_.timers.schedule(startTimer_, at);
    }));
  }
  // Not the new ones alone: those that a shrink emptied beside a busy one lost their turn then.
  for (SlotId id = 0; id < slots; ++id) {
    if (slots_[id]->process == nullptr && !slots_[id]->turn.armed()) turns_.push_back(id);
  }
  if (!turns_.empty()) with_.timers.schedule(startTimer_, now);
  // Retiring the last of them drops the slots; a busy one goes when it is handed back.
  for (auto id = static_cast<SlotId>(slots); id < slots_.size(); ++id) {
    slots_[id]->turn.cancel();
    DaemonProcess* const process = slots_[id]->process;
    if (process != nullptr && pool_.state(id) != DaemonState::kBusy) retire(*process, now);
  }
  dropEmptySlots();
  refresh_.onShrunk(now);
}

void Supervisor::dropEmptySlots() {
  while (slots_.size() > wantedSlots_ && slots_.back()->process == nullptr) slots_.pop_back();
  pool_.resize(slots_.size());
}

void Supervisor::adopt(const PoolSettings& settings, TimePoint now) {
  if (stopping_) return;
  settings_ = settings;
  wanted_ = std::make_shared<DaemonRecipe>(settings);
  resize(settings.numDaemons, now);
  for (const auto& slot : slots_) slot->backoff.setFirst(settings.alarmInterval);
}

void Supervisor::refresh(TimePoint now) {
  if (stopping_) return;
  candidate_ = wanted_;
  refresh_.begin(settings_.alarmInterval, now);
}

const Supervisor::Recipe& Supervisor::recipeFor(SlotId slot) const {
  const bool refreshed = refreshed_ || (refresh_.running() && slot < refresh_.position());
  return refreshed ? candidate_ : proven_;
}

/// One that is given several requests at a time may never be without one, and need not be: it
/// finishes what it has beside its successor.
bool Supervisor::slotBusy(SlotId slot) const {
  return pool_.state(slot) == DaemonState::kBusy && !slots_[slot]->process->concurrent();
}

DaemonProcess* Supervisor::launchSuccessor(SlotId slot, TimePoint now) {
  const Launched launched = launch(slot, pool_.nextIncarnation(slot), candidate_, now);
  if (launched.daemon == nullptr) logNoStart(slot, candidate_->words.front(), launched.error);
  return launched.daemon;
}

void Supervisor::takeOver(DaemonProcess& successor, TimePoint now) {
  const SlotId id = successor.slot();
  assert(!slotBusy(id));
  Slot& slot = *slots_[id];
  DaemonProcess* const incumbent = std::exchange(slot.process, &successor);
  slot.turn.cancel();
  pool_.replace(id, std::max<std::size_t>(successor.requests().capacity(), 1));
  // Before the incumbent is told, since what it gives back may be handed to the successor.
  beginIdle(successor, now);
  if (incumbent != nullptr && incumbent->concurrent() && !incumbent->requests().idle()) {
    accountRetired(*incumbent);
    beginFinishing(*incumbent, now);
  } else if (incumbent != nullptr) {
    stopFaultless(*incumbent, now);
  }
}

void Supervisor::reject(DaemonProcess& successor, RollingRefresh::Flaw flaw, TimePoint now) {
  if (flaw == RollingRefresh::Flaw::kEnded) {
    successor.channel().mute();
    successor.enter(Phase::kGone, now + kExitGrace);
    return;
  }
  recordCondemned(successor, flaw == RollingRefresh::Flaw::kAnswer ? CondemnCause::kProbe
                                                                   : CondemnCause::kStrayOutput);
  successor.stop(now);
}

void Supervisor::dismiss(DaemonProcess& successor, TimePoint now) { stopFaultless(successor, now); }

void Supervisor::onRefreshEnded(RollingRefresh::Ending ending) {
  refreshed_ = ending == RollingRefresh::Ending::kDone;
  with_.onRefreshEnded(ending);
}

void Supervisor::concludeRefresh(RollingRefresh::Ending ending) {
  const bool refreshed = std::exchange(refreshed_, false);
  if (refreshed && ending == RollingRefresh::Ending::kDone) proven_ = candidate_;
}

}  // namespace iotcpd::redirector
