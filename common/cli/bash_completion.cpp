#include <algorithm>

#include <fmt/format.h>

#include "common/cli/command_table.h"
#include "common/cli/option_table.h"
#include "common/text/words.h"

namespace iotcpd {
namespace {

/// "one of text, json or csv" -> "text json csv"; empty when `accepts` is something else.
std::string choicesOf(std::string_view accepts) {
  constexpr std::string_view kStart = "one of ";
  if (!accepts.starts_with(kStart)) return {};
  std::string choices;
  for (std::string word : splitWords(accepts.substr(kStart.size())).words) {
    if (word.ends_with(',')) word.pop_back();
    if (word.empty() || word == "or") continue;
    if (!choices.empty()) choices += ' ';
    choices += word;
  }
  return choices;
}

/// The command that offers the values of an option, as lines of the script.
std::string offerOf(const OptionSpec& spec) {
  // What "complete -o default" does when nothing is offered is best for files.
  if (spec.argument.ends_with("FILE") || spec.argument.ends_with("PATH")) return {};
  constexpr std::string_view kOffer =
      "      mapfile -t COMPREPLY < <(compgen {} -- \"$current\")\n";
  if (spec.argument.ends_with("DIR")) {
    return "      compopt -o filenames\n" + fmt::format(kOffer, "-d");
  }
  if (spec.argument == "CMD") return fmt::format(kOffer, "-c");
  const std::string choices = choicesOf(spec.accepts);
  std::string noFiles = "      compopt +o default\n";
  if (choices.empty()) return noFiles;
  return noFiles + fmt::format(kOffer, "-W " + joinWords({choices}));
}

/// The case of one option whose value is being typed.
std::string valueCase(const OptionSpec& spec) {
  const std::string shortForm =
      spec.shortName == '\0' ? std::string() : fmt::format("-{} | ", spec.shortName);
  return fmt::format("    {}--{})\n{}      return\n      ;;\n", shortForm, spec.name,
                     offerOf(spec));
}

/// "--daemon --help …"
std::string allNames(const OptionTable& table) {
  std::string names;
  for (const OptionGroup& group : table.groups) {
    for (const OptionSpec& spec : group.options) {
      names += fmt::format("{}--{}", names.empty() ? "" : " ", spec.name);
    }
  }
  return names;
}

std::string valueCases(const OptionTable& table) {
  std::string cases;
  for (const OptionGroup& group : table.groups) {
    for (const OptionSpec& spec : group.options) {
      if (!spec.argument.empty()) cases += valueCase(spec);
    }
  }
  return cases;
}

/// The start of the script, up to where $current and $previous are known.
std::string headOf(std::string_view program) {
  std::string function(program);
  std::replace(function.begin(), function.end(), '-', '_');
  std::string script = fmt::format("# bash completion for {}\n\n_{}() {{\n", program, function);
  script +=
      "  local current=${COMP_WORDS[COMP_CWORD]}\n"
      "  local previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  COMPREPLY=()\n"
      // Bash hands "--name=value" over as three words.
      "  if [[ $current == = ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == = ]] && ((COMP_CWORD > 1)); then\n"
      "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n";
  return script;
}

/// What completes the options of a table and their values.
std::string bodyOf(const OptionTable& table) {
  const std::string cases = valueCases(table);
  std::string script;
  if (!cases.empty()) script += fmt::format("  case $previous in\n{}  esac\n", cases);
  script += fmt::format(
      "  if [[ $current == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W {} -- \"$current\")\n"
      "  fi\n",
      joinWords({allNames(table)}));
  return script;
}

std::string tailOf(std::string_view program) {
  std::string function(program);
  std::replace(function.begin(), function.end(), '-', '_');
  return fmt::format("}}\ncomplete -o default -F _{} {}\n", function, program);
}

/// Every line four columns further right.
std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n') + 1);
    text += fmt::format("    {}", line);
    lines.remove_prefix(line.size());
  }
  return text;
}

/// "run compare help"
std::string commandNames(const CommandTable& table) {
  std::string names;
  for (const CommandSpec& command : table.commands) names += fmt::format("{} ", command.name);
  return names + "help";
}

}  // namespace

std::string bashCompletion(const OptionTable& table) {
  return headOf(table.program) + bodyOf(table) + tailOf(table.program);
}

std::string bashCompletion(const CommandTable& table) {
  const std::string names = commandNames(table);
  std::string script = headOf(table.program);
  script += fmt::format(
      "  if ((COMP_CWORD == 1)) || [[ ${{COMP_WORDS[1]}} == help ]]; then\n"
      "    compopt +o default\n"
      "    mapfile -t COMPREPLY < <(compgen -W {} -- \"$current\")\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n",
      joinWords({fmt::format("{} {}", names, allNames(table.general()))}));
  for (const CommandSpec& command : table.commands) {
    script += fmt::format("    {})\n{}      ;;\n", command.name, indented(bodyOf(command.table)));
  }
  return script + "  esac\n" + tailOf(table.program);
}

}  // namespace iotcpd
