#pragma once

#include <string_view>

#include "fake-daemons/personalities/personality.h"

// One source file each.
namespace iotcpd::fake {

[[nodiscard]] std::unique_ptr<Personality> makeEcho();

/// Throws SyntaxError for a placeholder that is none.
[[nodiscard]] std::unique_ptr<Personality> makeFixed(std::string_view replyTemplate,
                                                     const Identity& identity);

/// Throws std::runtime_error (one line) for a file that cannot be read or holds a wrong pattern.
[[nodiscard]] std::unique_ptr<Personality> makeSquidGuard(const std::string& patternsFile);

}  // namespace iotcpd::fake
