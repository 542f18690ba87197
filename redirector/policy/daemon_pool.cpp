#include "redirector/policy/daemon_pool.h"

#include <cassert>

namespace iotcpd::redirector {

DaemonPool::DaemonPool(std::size_t slots) { resize(slots); }

std::uint64_t DaemonPool::start(SlotId slot) {
  assert(state(slot) == DaemonState::kSpawning);
  move(slot, DaemonState::kStarting);
  return nextIncarnation(slot);
}

void DaemonPool::prove(SlotId slot) {
  assert(state(slot) == DaemonState::kStarting);
  move(slot, DaemonState::kAvailable);
}

std::optional<SlotId> DaemonPool::borrow() {
  if (newest_ == kNone) {
    return std::nullopt;
  }
  const SlotId slot = newest_;
  move(slot, DaemonState::kBusy);
  return slot;
}

void DaemonPool::giveBack(SlotId slot) {
  assert(state(slot) == DaemonState::kBusy);
  move(slot, DaemonState::kAvailable);
}

void DaemonPool::vacate(SlotId slot) {
  assert(state(slot) != DaemonState::kSpawning);
  move(slot, DaemonState::kSpawning);
}

void DaemonPool::replace(SlotId slot) {
  assert(state(slot) != DaemonState::kBusy);
  move(slot, DaemonState::kAvailable);
}

void DaemonPool::resize(std::size_t slots) {
  assert(slots < kNone);
  for (std::size_t i = slots; i < slots_.size(); ++i) {
    assert(slots_[i].state == DaemonState::kSpawning);
  }
  auto& spawning = counts_[static_cast<std::size_t>(DaemonState::kSpawning)];
  spawning = spawning + slots - slots_.size();
  slots_.resize(slots);
}

void DaemonPool::move(SlotId slot, DaemonState to) {
  Slot& moved = slots_[slot];
  if (moved.state == DaemonState::kAvailable) {
    unlink(slot);
  }
  --counts_[static_cast<std::size_t>(moved.state)];
  ++counts_[static_cast<std::size_t>(to)];
  moved.state = to;
  if (to == DaemonState::kAvailable) {
    link(slot);
  }
}

void DaemonPool::link(SlotId slot) {
  slots_[slot].newer = kNone;
  slots_[slot].older = newest_;
  if (newest_ != kNone) {
    slots_[newest_].newer = slot;
  }
  newest_ = slot;
}

void DaemonPool::unlink(SlotId slot) {
  const Slot& gone = slots_[slot];
  (gone.newer == kNone ? newest_ : slots_[gone.newer].older) = gone.older;
  if (gone.older != kNone) {
    slots_[gone.older].newer = gone.newer;
  }
}

}  // namespace iotcpd::redirector
