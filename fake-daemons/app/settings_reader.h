#pragma once

#include <string>
#include <vector>

#include "common/cli/option_table.h"
#include "fake-daemons/app/profile.h"
#include "fake-daemons/settings.h"

namespace iotcpd::fake {

/// All settings as they were given, those of the profile first.
[[nodiscard]] std::vector<GivenSetting> givenSettings(const CommandLine& commandLine);

/// Validates them. Throws UsageError for the first that is wrong, ProfileError when it comes from
/// a profile or the profile itself is wrong.
[[nodiscard]] Settings readSettings(const CommandLine& commandLine);

/// The settings as a profile that comes to the same; the wrapped program is a comment.
[[nodiscard]] std::string printSettings(const Settings& settings);

}  // namespace iotcpd::fake
