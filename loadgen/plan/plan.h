#pragma once

#include <memory>
#include <stdexcept>

#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

struct PlanSettings;

/// A file of requests cannot be used; what() is one line that names file, line and what is
/// expected.
class PlanError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The plan that the settings ask for. Reads and checks files first. A plan file or a replay brings
/// its own due times, a plan file its behaviours too: rate and misbehave are for the others.
/// Without rate, all is due at 0, so that only a number ends the plan. Throws PlanError, and
/// SyntaxError for a template that parseWeightedTemplate() has not seen.
[[nodiscard]] std::unique_ptr<Plan> makePlan(const PlanSettings& settings);

}  // namespace iotcpd::loadgen
