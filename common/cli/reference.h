#pragma once

#include "common/cli/command_table.h"
#include "common/cli/option_table.h"

namespace iotcpd {

/// main() of a program that prints what is made from an option table; run by the build, not
/// installed:
///
///     PROGRAM-reference completion       a bash completion script
///     PROGRAM-reference manual-options   the body of the manual page's OPTIONS section
[[nodiscard]] int printReference(const OptionTable& table, int argc, char* const* argv);
/// The same of a program with commands.
[[nodiscard]] int printReference(const CommandTable& table, int argc, char* const* argv);

}  // namespace iotcpd
