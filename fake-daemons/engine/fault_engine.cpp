#include "fake-daemons/engine/fault_engine.h"

#include <algorithm>
#include <utility>

#include "fake-daemons/grammar/fault_printer.h"

namespace iotcpd::fake {

ArmedFault& FaultEngine::add(FaultSpec spec) {
  const auto equals = std::ranges::count_if(
      faults_, [&](const std::unique_ptr<ArmedFault>& fault) { return fault->spec() == spec; });
  std::string purpose = printFault(spec) + '#' + std::to_string(equals);
  faults_.push_back(std::make_unique<ArmedFault>(std::move(spec), identity_, std::move(purpose)));
  note(*faults_.back());
  return *faults_.back();
}

void FaultEngine::reset(std::size_t count) {
  // Those under way still tell of theirs.
  while (faults_.size() > count) {
    retired_.push_back(std::move(faults_.back()));
    faults_.pop_back();
  }
  watched_ = 0;
  for (const auto& fault : faults_) {
    fault->rearm();
    note(*fault);
  }
}

void FaultEngine::note(const ArmedFault& fault) {
  if (fault.isInScope()) watched_ |= pointSet(fault.spec().point);
}

std::vector<Fired> FaultEngine::hit(Point point, const Hit& hit, std::uint64_t offset) {
  std::vector<Fired> fired;
  if (!watches(point)) return fired;
  for (const auto& fault : faults_) {
    if (fault->spec().point != point || fault->spec().offset != offset) continue;
    const ActionCall* action = fault->hit(hit);
    if (action == nullptr) continue;
    fired.push_back({action, fault.get(), fault->slotHits(), fault->slotFired(),
                     RandomStream(fault->random().next(), "action")});
  }
  return fired;
}

std::optional<std::uint64_t> FaultEngine::nextOffset(std::uint64_t after) const {
  std::optional<std::uint64_t> next;
  if (!watches(Point::kMidReply)) return next;
  for (const auto& fault : faults_) {
    const FaultSpec& spec = fault->spec();
    const bool usable = fault->isInScope() && spec.point == Point::kMidReply && spec.offset > after;
    if (usable && (!next || spec.offset < *next)) next = spec.offset;
  }
  return next;
}

std::optional<Nanoseconds> FaultEngine::nextTime(Point point, Nanoseconds sinceStart) const {
  std::optional<Nanoseconds> next;
  if (!watches(point)) return next;
  for (const auto& fault : faults_) {
    if (fault->spec().point != point) continue;
    const auto time = fault->nextTime(sinceStart);
    if (time && (!next || *time < *next)) next = time;
  }
  return next;
}

}  // namespace iotcpd::fake
