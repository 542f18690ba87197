#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fake-daemons/engine/armed_fault.h"

namespace iotcpd::fake {

/// An action that has fired, and the fault whose it is.
struct Fired {
  const ActionCall* action;
  const ArmedFault* fault;
  std::uint64_t hit;    ///< which of the slot's it was, from 1
  std::uint64_t fired;  ///< how often it had fired in the slot then, this time included
  RandomStream random;  ///< for what the action draws
};

/// All faults of a process: says at each point which actions fire, in the order in which the
/// faults were given. Has no clock and does nothing itself.
class FaultEngine {
 public:
  explicit FaultEngine(const Identity& identity) : identity_(identity) {}

  /// Adds a fault and arms it. Its random stream is named by its text (and its number among equal
  /// ones), so that no other fault shifts what it draws.
  ArmedFault& add(FaultSpec spec);
  /// Forgets all but the first `count` faults, and arms those anew.
  void reset(std::size_t count);

  /// Whether any fault in scope is at this point: what is asked for every request costs nothing
  /// else.
  [[nodiscard]] bool watches(Point point) const { return contains(watched_, point); }
  /// Whether any fault in scope is anywhere.
  [[nodiscard]] bool watchesAny() const { return watched_ != 0; }

  /// A point has been reached; `offset` is that of kMidReply.
  [[nodiscard]] std::vector<Fired> hit(Point point, const Hit& hit, std::uint64_t offset = 0);

  /// The next offset above `after` at which a mid-reply fault is.
  [[nodiscard]] std::optional<std::uint64_t> nextOffset(std::uint64_t after) const;

  /// When a fault at `point` is next able to fire by its time trigger.
  [[nodiscard]] std::optional<Nanoseconds> nextTime(Point point, Nanoseconds sinceStart) const;

  [[nodiscard]] const std::vector<std::unique_ptr<ArmedFault>>& faults() const { return faults_; }
  /// How many there have ever been: those forgotten keep their memory.
  [[nodiscard]] std::size_t added() const { return faults_.size() + retired_.size(); }

 private:
  void note(const ArmedFault& fault);

  Identity identity_;
  std::vector<std::unique_ptr<ArmedFault>> faults_;
  std::vector<std::unique_ptr<ArmedFault>> retired_;
  PointSet watched_ = 0;
};

}  // namespace iotcpd::fake
