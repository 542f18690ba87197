#include "redirector/policy/daemon_pool.h"

#include <algorithm>
#include <cassert>

namespace iotcpd::redirector {

DaemonPool::DaemonPool(std::size_t slots) { resize(slots); }

std::uint64_t DaemonPool::start(SlotId slot) {
  assert(state(slot) == DaemonState::kSpawning);
  enter(slot, DaemonState::kStarting, 0);
  return nextIncarnation(slot);
}

void DaemonPool::prove(SlotId slot, std::size_t capacity) {
  assert(state(slot) == DaemonState::kStarting);
  replace(slot, capacity);
}

std::optional<SlotId> DaemonPool::borrow() {
  while (fewest_ < newest_.size() && newest_[fewest_] == kNone) ++fewest_;
  if (fewest_ == newest_.size()) return std::nullopt;
  const SlotId slot = newest_[fewest_];
  enter(slot, DaemonState::kBusy, slots_[slot].loans + 1);
  return slot;
}

void DaemonPool::giveBack(SlotId slot) {
  assert(state(slot) == DaemonState::kBusy);
  const std::size_t loans = slots_[slot].loans - 1;
  enter(slot, loans == 0 ? DaemonState::kAvailable : DaemonState::kBusy, loans);
}

void DaemonPool::vacate(SlotId slot) {
  assert(state(slot) != DaemonState::kSpawning);
  enter(slot, DaemonState::kSpawning, 0);
}

void DaemonPool::replace(SlotId slot, std::size_t capacity) {
  enter(slot, DaemonState::kSpawning, 0);
  slots_[slot].capacity = capacity;
  if (newest_.size() < capacity) newest_.resize(capacity, kNone);
  enter(slot, DaemonState::kAvailable, 0);
}

void DaemonPool::resize(std::size_t slots) {
  assert(slots < kNone);
  for (std::size_t i = slots; i < slots_.size(); ++i) {
    assert(slots_[i].state == DaemonState::kSpawning);
  }
  auto& spawning = counts_[static_cast<std::size_t>(DaemonState::kSpawning)];
  spawning = spawning + slots - slots_.size();
  slots_.resize(slots);
  if (slots > incarnations_.size()) incarnations_.resize(slots, 0);
}

void DaemonPool::enter(SlotId slot, DaemonState to, std::size_t loans) {
  unlink(slot);
  Slot& entered = slots_[slot];
  --counts_[static_cast<std::size_t>(entered.state)];
  ++counts_[static_cast<std::size_t>(to)];
  entered.state = to;
  entered.loans = loans;
  link(slot);
}

bool DaemonPool::listed(const Slot& slot) {
  return (slot.state == DaemonState::kAvailable || slot.state == DaemonState::kBusy) &&
         slot.loans < slot.capacity;
}

void DaemonPool::link(SlotId slot) {
  Slot& linked = slots_[slot];
  if (!listed(linked)) return;
  SlotId& newest = newest_[linked.loans];
  linked.newer = kNone;
  linked.older = newest;
  if (newest != kNone) slots_[newest].newer = slot;
  newest = slot;
  fewest_ = std::min(fewest_, linked.loans);
}

void DaemonPool::unlink(SlotId slot) {
  const Slot& gone = slots_[slot];
  if (!listed(gone)) return;
  (gone.newer == kNone ? newest_[gone.loans] : slots_[gone.newer].older) = gone.older;
  if (gone.older != kNone) slots_[gone.older].newer = gone.newer;
}

}  // namespace iotcpd::redirector
