#pragma once

#include <cstddef>

#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// The settings with no more clients than this process has descriptors for.
[[nodiscard]] Settings limited(Settings settings);

/// Descriptors that this process may have.
[[nodiscard]] std::size_t descriptorLimit();

}  // namespace iotcpd::redirector
