#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "common/cli/command_table.h"
#include "common/cli/option_table.h"

namespace iotcpd {
namespace {

/// Text for any place in a line: a backslash as itself, a minus that stays one when pasted into a
/// shell (a plain '-' may be set as a hyphen).
std::string literal(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

/// Whether mdoc takes the text for what it is: letters and digits that do not look like one of its
/// macros ("Ar", "Brq").
bool isPlain(std::string_view text) {
  const auto isWordCharacter = [](unsigned char c) { return std::isalnum(c) != 0; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), isWordCharacter)) return false;
  return text.size() > 3 || std::none_of(text.begin(), text.end(),
                                         [](unsigned char c) { return std::islower(c) != 0; });
}

/// One argument of a macro, whatever is in it.
std::string macroArgument(std::string_view text) {
  if (isPlain(text)) return std::string(text);
  std::string result = "\"\\&";  // \& keeps it from being read as a macro or as punctuation
  for (const char c : literal(text)) {
    if (c == '"') {
      result += "\\(dq";
    } else {
      result += c;
    }
  }
  return result + '"';
}

/// A word of running text. Only a minus before an option's name is taken literally: within a word
/// it is a hyphen.
std::string proseWord(std::string_view word) {
  const std::size_t dashes = std::min(word.find_first_not_of("(-"), word.size());
  std::string result = literal(word.substr(0, dashes));
  for (const char c : word.substr(dashes)) {
    if (c == '\\') {
      result += "\\e";
    } else {
      result += c;
    }
  }
  return result;
}

/// Running text as lines of its own, each sentence on a new line as mdoc wants it.
std::string prose(std::string_view text) {
  constexpr std::size_t kColumns = 80;
  std::string result;
  std::size_t column = 0;
  bool sentenceEnds = false;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::string shown = proseWord(word);
    if (column > 0 && (sentenceEnds || column + 1 + shown.size() > kColumns)) {
      result += '\n';
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    // A line that starts with one of these is a request to the formatter.
    if (column == 0 && (word.starts_with('.') || word.starts_with('\''))) result += "\\&";
    result += shown;
    column += shown.size();
    sentenceEnds = word.ends_with('.') || word.ends_with('?');
  }
  return result + '\n';
}

/// ".It Fl d , Fl \-daemon Ns = Ns Ar CMD"
std::string itemLine(const OptionSpec& spec) {
  std::string line = ".It ";
  if (spec.shortName != '\0') line += fmt::format("Fl {} , ", spec.shortName);
  line += fmt::format("Fl \\-{}", literal(spec.name));
  if (!spec.argument.empty()) line += fmt::format(" Ns = Ns Ar {}", macroArgument(spec.argument));
  return line + '\n';
}

void appendOption(std::string& text, const OptionSpec& spec) {
  text += itemLine(spec);
  text += prose(spec.help);
  if (spec.repeatable) text += "May be given more than once.\n";
  if (!spec.accepts.empty()) text += prose(fmt::format("Accepts {}.", spec.accepts));
  if (!spec.defaultValue.empty()) {
    text += fmt::format("The default is\n.Ql {} .\n", macroArgument(spec.defaultValue));
  }
}

void appendList(std::string& text, const OptionGroup& group) {
  text += ".Bl -tag -width Ds\n";
  for (const OptionSpec& spec : group.options) appendOption(text, spec);
  text += ".El\n";
}

}  // namespace

std::string manualOptions(const OptionTable& table) {
  std::string text;
  for (const OptionGroup& group : table.groups) {
    text += fmt::format(".Ss {}\n", group.title);
    appendList(text, group);
  }
  return text;
}

std::string manualOptions(const CommandTable& table) {
  std::string text = manualOptions(table.general());
  for (const CommandSpec& command : table.commands) {
    text += fmt::format(".Ss Options of {}\n", command.name);
    text += prose(command.table.summary);
    for (const OptionGroup& group : command.table.groups) {
      text += fmt::format(".Pp\n.Em {} :\n", macroArgument(group.title));
      appendList(text, group);
    }
  }
  return text;
}

}  // namespace iotcpd
