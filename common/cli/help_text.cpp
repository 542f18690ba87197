#include <algorithm>

#include <fmt/format.h>

#include "common/cli/command_table.h"
#include "common/cli/option_table.h"

namespace iotcpd {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHelpColumn = 28;

/// Columns on a terminal: every UTF-8 sequence counts as one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// Cuts at the spaces that are not inside [brackets].
std::vector<std::string> splitOutsideBrackets(std::string_view text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == ' ' && depth <= 0) {
      if (!pieces.back().empty()) pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  if (pieces.back().empty()) pieces.pop_back();
  return pieces;
}

/// Cuts at all spaces.
std::vector<std::string> splitAtSpaces(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(' '));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
  return pieces;
}

/// Appends paragraphs to a text, filling the lines between a left margin and the last column.
class LineFiller {
 public:
  /// `text` ends at column `column` of its last line.
  LineFiller(std::string& text, std::size_t margin, std::size_t column)
      : text_(text), margin_(margin), column_(column) {
    indent();
  }

  /// Adds a piece that is not broken, unless it is longer than a whole line.
  void add(const std::string& piece) {
    if (width(piece) > kColumns - margin_ && piece.find(' ') != std::string::npos) {
      for (const std::string& word : splitAtSpaces(piece)) add(word);
      return;
    }
    const bool first = column_ == margin_;
    if (!first && column_ + 1 + width(piece) > kColumns) {
      text_ += '\n';
      column_ = 0;
      indent();
    } else if (!first) {
      text_ += ' ';
      ++column_;
    }
    text_ += piece;
    column_ += width(piece);
  }

  void add(const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) add(piece);
  }

 private:
  void indent() {
    if (column_ >= margin_) return;
    text_.append(margin_ - column_, ' ');
    column_ = margin_;
  }

  std::string& text_;
  std::size_t margin_;
  std::size_t column_;
};

/// "  -d, --daemon=CMD"
std::string term(const OptionSpec& spec) {
  const std::string shortForm =
      spec.shortName == '\0' ? "    " : fmt::format("-{}, ", spec.shortName);
  const std::string argument = spec.argument.empty() ? "" : fmt::format("={}", spec.argument);
  return fmt::format("  {}--{}{}", shortForm, spec.name, argument);
}

void appendOption(std::string& text, const OptionSpec& spec) {
  const std::string name = term(spec);
  text += name;
  std::size_t column = width(name);
  if (column + 2 > kHelpColumn) {
    text += '\n';
    column = 0;
  }
  LineFiller filler(text, kHelpColumn, column);
  filler.add(splitAtSpaces(spec.help));
  if (spec.repeatable) filler.add(splitAtSpaces("May be given more than once."));
  const std::string end = spec.defaultValue.empty() ? "." : "";
  if (!spec.accepts.empty()) {
    filler.add(splitAtSpaces(fmt::format("Accepts {}{}", spec.accepts, end)));
  }
  // In one piece, so that it can be searched for.
  if (!spec.defaultValue.empty()) filler.add(fmt::format("(default {}).", spec.defaultValue));
  text += '\n';
}

void appendUsage(std::string& text, const OptionTable& table) {
  const std::string start = fmt::format("Usage: {} ", table.program);
  text += start;
  LineFiller filler(text, width(start), width(start));
  filler.add(splitOutsideBrackets(table.synopsis));
  text += '\n';
}

void appendGroups(std::string& text, std::span<const OptionGroup> groups) {
  for (const OptionGroup& group : groups) {
    text += fmt::format("\n{}:\n", group.title);
    for (const OptionSpec& spec : group.options) appendOption(text, spec);
  }
}

void appendExamples(std::string& text, std::string_view examples) {
  if (examples.empty()) return;
  text += '\n';
  text += examples;
  if (text.back() != '\n') text += '\n';
}

/// Usage and summary.
void appendHead(std::string& text, const OptionTable& table) {
  appendUsage(text, table);
  LineFiller(text, 0, 0).add(splitAtSpaces(table.summary));
  text += '\n';
}

void appendCommands(std::string& text, const CommandTable& table) {
  text += "\nCommands:\n";
  std::size_t margin = 0;
  for (const CommandSpec& command : table.commands) {
    margin = std::max(margin, width(command.name));
  }
  margin += 4;
  for (const CommandSpec& command : table.commands) {
    const std::string name = fmt::format("  {}", command.name);
    text += name;
    LineFiller(text, margin, width(name)).add(splitAtSpaces(command.table.summary));
    text += '\n';
  }
  text += fmt::format("\n'{} COMMAND --help' lists the options of a command.\n", table.program);
}

}  // namespace

std::string helpText(const OptionTable& table) {
  std::string text;
  appendHead(text, table);
  appendGroups(text, table.groups);
  appendExamples(text, table.examples);
  return text;
}

std::string helpText(const CommandTable& table) {
  const OptionTable general = table.general();
  std::string text;
  appendHead(text, general);
  appendCommands(text, table);
  appendGroups(text, general.groups);
  appendExamples(text, table.examples);
  return text;
}

}  // namespace iotcpd
