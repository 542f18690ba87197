#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/cli/option_table.h"

namespace iotcpd {

/// One command of a program that has several: `PROGRAM NAME [OPTION]... [OPERAND]...`.
struct CommandSpec {
  std::string_view name = {};
  /// Its `program` is "PROGRAM NAME", its `summary` tells what the command does. Has kHelpOption.
  OptionTable table = {};
};

/// A program with commands, each of which has an option table of its own. All texts are literals.
struct CommandTable {
  std::string_view program = {};  ///< "iotcpd-loadgen"
  std::string_view summary = {};  ///< one sentence
  std::span<const CommandSpec> commands = {};
  /// The command that is meant when an operand stands where a command should; empty: none is.
  std::string_view usual = {};
  std::string_view examples = {};  ///< printed at the end of --help, as it is

  [[nodiscard]] const CommandSpec* find(std::string_view name) const;
  /// The options that come without a command: help and version.
  [[nodiscard]] OptionTable general() const;
};

/// What a command line asks for.
struct GivenCommand {
  const CommandSpec* command = nullptr;  ///< nullptr: the program as a whole is asked about
  CommandLine line;                      ///< after the command
};

/// Parses `PROGRAM COMMAND ...` with the command's table. `help COMMAND` is `COMMAND --help`;
/// `help` and no argument at all are `--help`. Throws UsageError: for a command that there is not
/// (naming near ones, or the usual one before what looks like an operand), and as
/// parseCommandLine() of an option table does.
[[nodiscard]] GivenCommand parseCommandLine(const CommandTable& table, int argc, char* const* argv);

/// What `help` and --help print: the commands in a line each, how to learn more, the examples.
[[nodiscard]] std::string helpText(const CommandTable& table);

/// The body of the manual page's OPTIONS section in mdoc(7): a subsection for each command.
[[nodiscard]] std::string manualOptions(const CommandTable& table);

/// A bash completion script: commands first, then what the command's own table says.
[[nodiscard]] std::string bashCompletion(const CommandTable& table);

}  // namespace iotcpd
