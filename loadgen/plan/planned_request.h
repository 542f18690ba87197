#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/time/clock.h"
#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// One request of a plan.
struct PlannedRequest {
  Nanoseconds due{};        ///< since the start of the schedule; unused in a closed loop
  std::string_view line;    ///< with its newline; valid until the plan's next request
  std::uint64_t token = 0;  ///< number of the token in it; see hasToken
  bool hasToken = false;
  Behaviour behaviour = Behaviour::kOrdinary;
};

/// What is to be sent, and when: an endless or finite sequence in order of its due times. Takes no
/// memory per request. Made by makePlan(); driven by the sequencer, or by `plan`, which writes it
/// down.
class Plan {
 public:
  virtual ~Plan() = default;
  /// Fills in the next request; false at the end of the plan. Throws PlanError when a file that is
  /// read on the way turns out to be wrong.
  [[nodiscard]] virtual bool next(PlannedRequest& request) = 0;
  /// Fills in the next request and says for how many, of `most` at the most, it stands: as many
  /// calls of next() would each fill in the same, and none of them misbehaves. 0 at the end of the
  /// plan. REQUIRES: most > 0.
  [[nodiscard]] virtual std::size_t nextAlike(PlannedRequest& request, std::size_t /*most*/) {
    return next(request) ? 1 : 0;
  }
  /// Whether any of its requests may be another than an ordinary one.
  [[nodiscard]] virtual bool mayMisbehave() const { return false; }
};

}  // namespace iotcpd::loadgen
