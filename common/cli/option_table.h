#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace iotcpd {

/// One option of a program: the single place from which command line, configuration keys, --help,
/// the manual page's OPTIONS section and the shell completion are made. All texts are literals.
struct OptionSpec {
  std::string_view name = {};          ///< long name without dashes; also the configuration key
  char shortName = '\0';               ///< '\0' when there is none
  std::string_view argument = {};      ///< placeholder such as "CMD"; empty for a flag
  std::string_view defaultValue = {};  ///< as a user would write it; empty when there is none
  /// "1 to 1024", "a time from 1ms to 1h", "one of text, json or csv" (the completion offers these
  /// words); empty for a flag.
  std::string_view accepts = {};
  std::string_view help = {};    ///< one or two sentences, no line breaks
  bool repeatable = false;       ///< may be given more than once; each occurrence adds
  bool commandLineOnly = false;  ///< not a configuration key (help, version, config)
};

/// The two that every program has.
inline constexpr OptionSpec kHelpOption{
    .name = "help", .shortName = 'h', .help = "Print this help and exit.", .commandLineOnly = true};
inline constexpr OptionSpec kVersionOption{.name = "version",
                                           .shortName = 'v',
                                           .help = "Print the version and exit.",
                                           .commandLineOnly = true};

struct OptionGroup {
  std::string_view title = {};  ///< "Pool", "Limits"
  std::span<const OptionSpec> options = {};
};

/// A program's whole command line.
struct OptionTable {
  std::string_view program = {};   ///< "iotcpd"
  std::string_view synopsis = {};  ///< "[-hv] [-d|--daemon CMD] …"
  std::string_view summary = {};   ///< one sentence
  std::span<const OptionGroup> groups = {};
  std::string_view examples = {};  ///< printed at the end of --help, as it is

  [[nodiscard]] const OptionSpec* find(std::string_view name) const;
};

/// The command line or a setting is wrong; what() is one line that names the value and what is
/// accepted.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct GivenOption {
  const OptionSpec* spec;
  std::string value;  ///< empty for a flag
};

struct CommandLine {
  std::vector<GivenOption> options;  ///< in the order given
  std::vector<std::string> operands;

  [[nodiscard]] bool has(std::string_view name) const;
  /// The last value given, or nullptr.
  [[nodiscard]] const std::string* value(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
};

/// Parses with getopt_long, so that "--opt value", "--opt=value", "-o value", "-ovalue", "-hv",
/// abbreviations and "--" mean what they mean everywhere. An option that is not repeatable may be
/// given again; the last one wins. Throws UsageError for an unknown, ambiguous or incomplete option
/// (naming it, and near names if there are any).
[[nodiscard]] CommandLine parseCommandLine(const OptionTable& table, int argc, char* const* argv);

/// Known names at a small edit distance of `name` (a third of its length, at most three edits),
/// nearest first, at most three. The names' texts must outlive the result.
[[nodiscard]] std::vector<std::string_view> nearNames(std::span<const std::string_view> known,
                                                      std::string_view name);
/// The same among a program's options.
[[nodiscard]] std::vector<std::string_view> nearNames(const OptionTable& table,
                                                      std::string_view name);

/// What --help prints: fits 80 columns (examples are left as they are, and a single word that is
/// longer than the line too), groups, defaults and limits included.
[[nodiscard]] std::string helpText(const OptionTable& table);

/// The body of the manual page's OPTIONS section in mdoc(7).
[[nodiscard]] std::string manualOptions(const OptionTable& table);

/// A bash completion script for the program. Values are completed by their placeholder: …FILE and
/// …PATH as files, …DIR as directories, CMD as commands.
[[nodiscard]] std::string bashCompletion(const OptionTable& table);

}  // namespace iotcpd
