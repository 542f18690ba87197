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

/// The plan that the settings ask for. Reads and checks files first. Throws PlanError.
[[nodiscard]] std::unique_ptr<Plan> makePlan(const PlanSettings& settings);

}  // namespace iotcpd::loadgen
