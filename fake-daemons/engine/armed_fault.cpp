#include "fake-daemons/engine/armed_fault.h"

#include <algorithm>
#include <utility>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {
namespace {

/// More starts than that are not replayed: the first ones are what a count is about.
constexpr std::uint64_t kMostReplayed = 100'000;

bool doesSomething(const ActionCall* action) {
  return action != nullptr && action->type->start != nullptr;
}

}  // namespace

/// Whether a trigger fires at a hit. `hit` counts this one, `fired` doesn't.
class ArmedFault::Decision {
 public:
  Decision(const ArmedFault& fault, const Hit& hit, RandomStream& random)
      : fault_(fault), hit_(hit), random_(random) {}

  bool operator()(const Chance& chance) const {
    return !chance.share || random_.uniform() < chance.share->value();
  }
  bool operator()(const Every& every) const { return fault_.termHits_ % every.hits == 0; }
  bool operator()(const First& /*first*/) const { return true; }
  bool operator()(const After& after) const { return fault_.termHits_ > after.hits; }
  bool operator()(const Match& /*match*/) const { return fault_.pattern_->matches(hit_.request); }
  bool operator()(const At& at) const { return hit_.sinceStart >= at.sinceStart; }
  bool operator()(const Between& between) const {
    return hit_.sinceStart >= between.from && hit_.sinceStart < between.until;
  }

 private:
  const ArmedFault& fault_;
  const Hit& hit_;
  RandomStream& random_;
};

ArmedFault::ArmedFault(FaultSpec spec, const Identity& identity, std::string purpose)
    : spec_(std::move(spec)),
      identity_(identity),
      purpose_(std::move(purpose)),
      random_(identity.stream(purpose_)),
      inScope_(spec_.scope.worker.value_or(identity.worker) == identity.worker &&
               spec_.scope.incarnation.value_or(identity.incarnation) == identity.incarnation) {
  rearm();
}

void ArmedFault::rearm() {
  random_ = identity_.stream(purpose_);
  hits_ = 0;
  fired_ = 0;
  beginTerm(0);
  if (spec_.point == Point::kStartup) replayStarts();
}

// A start is one hit, and the counts go on from process to process of a slot: what earlier
// incarnations drew follows from the seed.
void ArmedFault::replayStarts() {
  if (spec_.scope.incarnation) return;
  if (!inScope_) return;
  const std::uint64_t earlier = std::min(identity_.incarnation - 1, kMostReplayed);
  earlierHits_ = identity_.incarnation - 1;
  earlierFired_ = 0;
  Identity then = identity_;
  for (then.incarnation = 1; then.incarnation <= earlier; ++then.incarnation) {
    RandomStream random = then.stream(purpose_);
    if (doesSomething(decide(Hit{}, random))) ++earlierFired_;
  }
}

void ArmedFault::beginTerm(std::size_t index) {
  term_ = index;
  termHits_ = 0;
  termFired_ = 0;
  pattern_.reset();
  if (index == spec_.terms.size()) return;
  if (const auto* match = std::get_if<Match>(&spec_.terms[index].trigger)) {
    pattern_.emplace(match->pattern);
  }
}

bool ArmedFault::isSpent() const {
  const Trigger& trigger = spec_.terms[term_].trigger;
  if (const auto* chance = std::get_if<Chance>(&trigger)) {
    return chance->count && termFired_ >= *chance->count;
  }
  if (const auto* first = std::get_if<First>(&trigger)) return termHits_ >= first->hits;
  return std::holds_alternative<At>(trigger) && termFired_ > 0;
}

const ActionCall* ArmedFault::decide(const Hit& hit, RandomStream& random) {
  if (term_ == spec_.terms.size()) return nullptr;
  ++termHits_;
  const Term& term = spec_.terms[term_];
  const bool fires = std::visit(Decision(*this, hit, random), term.trigger);
  if (fires) ++termFired_;
  // At once and not at the next hit: that may be one which the next term's time brings about.
  if (isSpent()) beginTerm(term_ + 1);
  return fires ? &term.action : nullptr;
}

const ActionCall* ArmedFault::hit(const Hit& hit) {
  if (!inScope_) return nullptr;
  ++hits_;
  if (hit.ordinal != 0) random_ = identity_.stream(purpose_ + '/' + std::to_string(hit.ordinal));
  const ActionCall* action = decide(hit, random_);
  if (!doesSomething(action)) return nullptr;
  ++fired_;
  return action;
}

std::optional<Nanoseconds> ArmedFault::nextTime(Nanoseconds sinceStart) const {
  if (!inScope_ || term_ == spec_.terms.size()) return std::nullopt;
  const Trigger& trigger = spec_.terms[term_].trigger;
  if (const auto* at = std::get_if<At>(&trigger)) return at->sinceStart;
  if (const auto* between = std::get_if<Between>(&trigger)) {
    if (sinceStart < between->from) return between->from;
  }
  return std::nullopt;
}

}  // namespace iotcpd::fake
