#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "fake-daemons/engine/identity.h"
#include "fake-daemons/grammar/fault_spec.h"
#include "fake-daemons/grammar/pattern.h"

namespace iotcpd::fake {

/// What a trigger looks at when its point is reached.
struct Hit {
  Nanoseconds sinceStart{};
  std::string_view request;   ///< without its newline; empty where there is none
  std::uint64_t ordinal = 0;  ///< of the request, from 1; 0 where there is none
};

/// A fault with its counts: decides at each hit of its point whether it fires, and with what.
/// Hits are counted per term, from when the chain has come to it. A counted term (a count, first,
/// at) that is spent makes place for the next one, or for nothing.
/// What is drawn for a request follows from its ordinal, so that it does not matter which request
/// gets to the point first.
class ArmedFault {
 public:
  /// `purpose` names its random streams: the same for the same fault, whatever else there is.
  ArmedFault(FaultSpec spec, const Identity& identity, std::string purpose);

  /// Its point has been reached: the action that fires, or nullptr (also for `off`). Points into
  /// this.
  [[nodiscard]] const ActionCall* hit(const Hit& hit);

  /// When a time trigger is next able to fire, since the start of the process; nothing when the
  /// term at hand has no time or is past it.
  [[nodiscard]] std::optional<Nanoseconds> nextTime(Nanoseconds sinceStart) const;

  /// As at the start of the process.
  void rearm();

  [[nodiscard]] const FaultSpec& spec() const { return spec_; }
  /// Whether the scope includes this process.
  [[nodiscard]] bool isInScope() const { return inScope_; }
  /// Of this process.
  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  [[nodiscard]] std::uint64_t fired() const { return fired_; }
  /// Of the slot: at startup, those of earlier incarnations are included.
  [[nodiscard]] std::uint64_t slotHits() const { return earlierHits_ + hits_; }
  [[nodiscard]] std::uint64_t slotFired() const { return earlierFired_ + fired_; }
  /// Of the hit at hand.
  [[nodiscard]] RandomStream& random() { return random_; }

 private:
  class Decision;

  void replayStarts();
  void beginTerm(std::size_t index);
  [[nodiscard]] bool isSpent() const;
  const ActionCall* decide(const Hit& hit, RandomStream& random);

  FaultSpec spec_;
  Identity identity_;
  std::string purpose_;
  RandomStream random_;
  bool inScope_;
  std::size_t term_ = 0;  ///< spec_.terms.size() when all are spent
  std::uint64_t termHits_ = 0;
  std::uint64_t termFired_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t fired_ = 0;
  std::uint64_t earlierHits_ = 0;
  std::uint64_t earlierFired_ = 0;
  std::optional<Pattern> pattern_;  ///< of the term at hand
};

}  // namespace iotcpd::fake
