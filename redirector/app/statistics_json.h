#pragma once

#include <sys/types.h>

#include <string>

#include "redirector/policy/report.h"

namespace iotcpd::redirector {

/// The statistics as one JSON document, newline at the end.
[[nodiscard]] std::string statisticsJson(const StatisticsSnapshot& snapshot);

/// The umask, which can only be had by setting it: that is done with the first call, which has to
/// come before there are other threads, lest a daemon that one of them starts meanwhile keeps the
/// wrong one.
[[nodiscard]] mode_t fileModeMask();

/// Replaces `path` in one step, so that a reader sees the old document or the new one. Follows
/// symbolic links and keeps the file's mode. False, with errno set, when it could not; with ENOTSUP
/// when there is something that is no regular file, which is left alone. Then no other file is left
/// either.
[[nodiscard]] bool replaceFile(const std::string& path, const std::string& content);

}  // namespace iotcpd::redirector
