#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "redirector/policy/daemon_state.h"

namespace iotcpd::redirector {

using SlotId = std::uint32_t;

/// The slots of the pool as an explicit state machine:
///
///     kSpawning --start--> kStarting --prove--> kAvailable <--giveBack-- kBusy
///         ^                    |                    |  \----borrow------^  |
///         +------------------- vacate (from any state) --------------------+
///
/// Each state has its count. A daemon may be lent several times at once, up to its capacity, and is
/// kBusy as long as it is at all. Those that can be lent once more form lists, one for each number
/// of loans; of those with the fewest, the most recently returned comes first, so that the daemons
/// with the warmest caches work and the others stay idle. Knows no process, descriptor or time; the
/// supervisor drives it.
class DaemonPool {
 public:
  explicit DaemonPool(std::size_t slots);

  /// A process was started for an empty slot. REQUIRES: state is kSpawning.
  /// Returns the incarnation it is, from 1 per slot.
  std::uint64_t start(SlotId slot);
  /// The process may serve `capacity` requests at the same time. REQUIRES: state is kStarting.
  void prove(SlotId slot, std::size_t capacity = 1);
  /// The most recently returned of those with the fewest loans, now with one more; nothing when all
  /// are at their capacity.
  [[nodiscard]] std::optional<SlotId> borrow();
  /// Ends one loan. REQUIRES: state is kBusy.
  void giveBack(SlotId slot);
  /// The slot's process died, was condemned or retired. REQUIRES: state is not kSpawning.
  void vacate(SlotId slot);
  /// A proven successor takes the place of the slot's process, whatever state that is in; the slot
  /// is available, as the most recently returned. The incarnation is the one nextIncarnation()
  /// gave. REQUIRES: what the incumbent is lent for, if it is, runs on beside the successor.
  void replace(SlotId slot, std::size_t capacity = 1);
  /// Counts the slot's incarnation up for a successor launched beside its incumbent, and returns
  /// it.
  [[nodiscard]] std::uint64_t nextIncarnation(SlotId slot) { return ++incarnations_[slot]; }

  /// Adds empty slots, or removes slots from the end. REQUIRES: the slots removed are kSpawning.
  void resize(std::size_t slots);

  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] DaemonState state(SlotId slot) const { return slots_[slot].state; }
  [[nodiscard]] std::uint64_t incarnation(SlotId slot) const { return incarnations_[slot]; }
  [[nodiscard]] std::size_t count(DaemonState state) const {
    return counts_[static_cast<std::size_t>(state)];
  }

 private:
  static constexpr SlotId kNone = static_cast<SlotId>(-1);

  struct Slot {
    DaemonState state = DaemonState::kSpawning;
    std::size_t loans = 0;
    std::size_t capacity = 1;
    SlotId newer = kNone;  ///< neighbours in the list of slots with as many loans
    SlotId older = kNone;
  };

  void enter(SlotId slot, DaemonState to, std::size_t loans);
  [[nodiscard]] static bool listed(const Slot& slot);
  void link(SlotId slot);
  void unlink(SlotId slot);

  std::vector<Slot> slots_;
  std::vector<std::uint64_t> incarnations_;  ///< of every slot there ever was: it may come back
  std::array<std::size_t, kDaemonStateCount> counts_{};
  std::vector<SlotId> newest_{kNone};  ///< by the number of loans
  std::size_t fewest_ = 0;             ///< no list before this one has a slot
};

}  // namespace iotcpd::redirector
