#pragma once

#include <string>

#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// The settings as a report tells them; `target` is where requests really go. Without version,
/// command line, start and machine.
[[nodiscard]] RunDescription describeRun(const RunSettings& settings, const std::string& target);

}  // namespace iotcpd::loadgen
