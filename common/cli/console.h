#pragma once

#include <string_view>

#include "common/cli/exit_codes.h"

namespace iotcpd {

/// Prints what was asked for (help, a version, a listing) on standard output. Returns the exit
/// code: that the output was not taken is an error, and said on standard error.
[[nodiscard]] int printAndExit(std::string_view program, std::string_view text);

/// Says on standard error, in one line "PROGRAM: WHAT", why the program ends; returns `code`.
[[nodiscard]] int complain(std::string_view program, std::string_view what, ExitCode code);

}  // namespace iotcpd
