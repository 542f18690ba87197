#pragma once

#include <string>

#include "redirector/app/settings_source.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// Validates all settings. Throws SettingError for the first that is wrong.
[[nodiscard]] Settings readSettings(const SettingsSource& source);

/// The effective settings as lines `name = value`, to be read back with --config.
/// REQUIRES: readSettings() did not throw for the source.
[[nodiscard]] std::string printSettings(const SettingsSource& source);

}  // namespace iotcpd::redirector
