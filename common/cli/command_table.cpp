#include "common/cli/command_table.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "common/text/printable.h"

namespace iotcpd {
namespace {

constexpr std::array kGeneralOptions{kHelpOption, kVersionOption};
constexpr std::array kGeneralGroups{OptionGroup{"General", kGeneralOptions}};
constexpr std::string_view kHelpCommand = "help";

/// "run, compare or merge"
std::string choice(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::vector<std::string_view> namesOf(const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : table.commands) names.push_back(command.name);
  names.push_back(kHelpCommand);
  return names;
}

/// Addresses and paths have other characters than names of commands.
bool looksLikeOperand(std::string_view word) {
  return !std::all_of(word.begin(), word.end(),
                      [](unsigned char c) { return std::isalpha(c) != 0 || c == '-'; });
}

[[noreturn]] void refuseCommand(const CommandTable& table, std::string_view word) {
  const std::string shown = printable(word);
  const std::vector<std::string_view> names = namesOf(table);
  if (const auto near = nearNames(names, word); !near.empty()) {
    throw UsageError(fmt::format("unknown command '{}'; did you mean {}?", shown, choice(near)));
  }
  if (looksLikeOperand(word) && !table.usual.empty()) {
    throw UsageError(fmt::format("'{0}' is no command; did you mean: {1} {2} {0}", shown,
                                 table.program, table.usual));
  }
  throw UsageError(fmt::format("unknown command '{}'; accepted is {}", shown, choice(names)));
}

/// The commands that have an option as it was typed before any command: "--rate=5".
std::vector<std::string_view> commandsWith(const CommandTable& table, std::string_view typed) {
  std::vector<std::string_view> names;
  if (!typed.starts_with("--")) return names;
  const std::string_view name = typed.substr(2, typed.find('=') - 2);
  for (const CommandSpec& command : table.commands) {
    if (command.table.find(name) != nullptr) names.push_back(command.name);
  }
  return names;
}

GivenCommand parseGeneral(const CommandTable& table, int argc, char* const* argv) {
  const OptionTable general = table.general();
  const std::string_view typed = argv[1];
  const std::string_view name = typed.substr(0, typed.find('='));
  const bool isGeneral = typed.starts_with("--") && general.find(name.substr(2)) != nullptr;
  if (const auto commands = commandsWith(table, typed); !isGeneral && !commands.empty()) {
    throw UsageError(fmt::format("option {} comes after its command: {} {} {}", printable(name),
                                 table.program, choice(commands), printable(name)));
  }
  CommandLine line = parseCommandLine(general, argc, argv);
  if (!line.options.empty()) return {nullptr, std::move(line)};
  throw UsageError(fmt::format("a command is missing; accepted is {}", choice(namesOf(table))));
}

GivenCommand askedForHelp(const CommandSpec* command, const OptionSpec* help) {
  GivenCommand given{command, {}};
  given.line.options.push_back({help, ""});
  return given;
}

GivenCommand parseHelp(const CommandTable& table, int argc, char* const* argv) {
  if (argc == 2) return askedForHelp(nullptr, &kHelpOption);
  const CommandSpec* command = table.find(argv[2]);
  if (command == nullptr) refuseCommand(table, argv[2]);
  return askedForHelp(command, &kHelpOption);
}

}  // namespace

const CommandSpec* CommandTable::find(std::string_view name) const {
  const auto* const found =
      std::find_if(commands.data(), commands.data() + commands.size(),
                   [&](const CommandSpec& command) { return command.name == name; });
  return found == commands.data() + commands.size() ? nullptr : found;
}

OptionTable CommandTable::general() const {
  return {.program = program,
          .synopsis = "[-hv] COMMAND [OPTION]... [OPERAND]...",
          .summary = summary,
          .groups = kGeneralGroups,
          .examples = examples};
}

GivenCommand parseCommandLine(const CommandTable& table, int argc, char* const* argv) {
  if (argc < 2) return askedForHelp(nullptr, &kHelpOption);
  const std::string_view word = argv[1];
  if (word.starts_with('-')) return parseGeneral(table, argc, argv);
  if (word == kHelpCommand) return parseHelp(table, argc, argv);
  const CommandSpec* command = table.find(word);
  if (command == nullptr) refuseCommand(table, word);
  return {command, parseCommandLine(command->table, argc - 1, argv + 1)};
}

}  // namespace iotcpd
