#include <algorithm>

#include <fmt/format.h>

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

}  // namespace

std::string bashCompletion(const OptionTable& table) {
  std::string function(table.program);
  std::replace(function.begin(), function.end(), '-', '_');
  const std::string cases = valueCases(table);

  std::string script =
      fmt::format("# bash completion for {}\n\n_{}() {{\n", table.program, function);
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
  if (!cases.empty()) script += fmt::format("  case $previous in\n{}  esac\n", cases);
  script += fmt::format(
      "  if [[ $current == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W {} -- \"$current\")\n"
      "  fi\n}}\n",
      joinWords({allNames(table)}));
  script += fmt::format("complete -o default -F _{} {}\n", function, table.program);
  return script;
}

}  // namespace iotcpd
