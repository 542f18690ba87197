#pragma once

#include <string>

#include "redirector/policy/report.h"

namespace iotcpd::redirector {

/// The statistics as one JSON document, newline at the end.
[[nodiscard]] std::string statisticsJson(const StatisticsSnapshot& snapshot);

/// Replaces `path` in one step, so that a reader sees the old document or the new one. False, with
/// errno set, when it could not.
[[nodiscard]] bool replaceFile(const std::string& path, const std::string& content);

}  // namespace iotcpd::redirector
