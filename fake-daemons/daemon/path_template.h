#pragma once

#include <string>
#include <string_view>

#include "fake-daemons/engine/identity.h"

namespace iotcpd::fake {

/// A path with {pid}, {worker} and {incarnation} filled in.
[[nodiscard]] std::string fillPath(std::string_view path, const Identity& identity);

/// A pattern for glob(3) that matches whatever fillPath() can make of it.
[[nodiscard]] std::string pathGlob(std::string_view path);

}  // namespace iotcpd::fake
