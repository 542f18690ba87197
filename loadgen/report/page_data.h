#pragma once

#include <span>
#include <string>

#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {

/// What page.js draws, as JSON: curves and tables are computed here, nothing there.
[[nodiscard]] std::string pageData(std::span<const NamedResult> results);

}  // namespace iotcpd::loadgen
