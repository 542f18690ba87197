#include <getopt.h>

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "common/cli/option_table.h"
#include "common/text/printable.h"

namespace iotcpd {
namespace {

/// What getopt_long() returns for a long option: this plus its place in the table. Above all
/// characters, so that optopt tells a long option from a short one.
constexpr int kFirstLong = 256;

/// "--daemon, --delay or --dump"
std::string choice(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += fmt::format("--{}", names[i]);
  }
  return text;
}

/// The table as getopt_long() wants it, and its answers in the terms of the table again.
class Parser {
 public:
  Parser(const OptionTable& table, int argc, char* const* argv)
      : table_(table), arguments_(argv, argv + argc) {
    arguments_.push_back(nullptr);
    for (const OptionGroup& group : table.groups) {
      for (const OptionSpec& spec : group.options) addOption(spec);
    }
    long_.push_back({nullptr, 0, nullptr, 0});
  }

  CommandLine parse() {
    ::optind = 0;  // 0 and not 1: glibc forgets where it was in a previous command line
    ::opterr = 0;
    CommandLine result;
    const int argc = static_cast<int>(arguments_.size()) - 1;
    for (;;) {
      const int answer =
          ::getopt_long(argc, arguments_.data(), short_.c_str(), long_.data(), nullptr);
      if (answer == -1) break;
      if (answer == ':') throw UsageError(valueMissing(*specOf(::optopt)));
      if (answer == '?') throw UsageError(refused());
      const OptionSpec* spec = specOf(answer);
      const bool hasValue = ::optarg != nullptr && !spec->argument.empty();
      result.options.push_back({spec, hasValue ? ::optarg : ""});
    }
    for (int i = ::optind; i < argc; ++i) {
      result.operands.emplace_back(arguments_[static_cast<std::size_t>(i)]);
    }
    return result;
  }

 private:
  void addOption(const OptionSpec& spec) {
    const bool takesValue = !spec.argument.empty();
    specs_.push_back(&spec);
    long_.push_back({longNames_.emplace_back(spec.name).c_str(),
                     takesValue ? required_argument : no_argument, nullptr,
                     kFirstLong + static_cast<int>(long_.size())});
    if (spec.shortName == '\0') return;
    short_ += spec.shortName;
    if (takesValue) short_ += ':';
  }

  /// nullptr for a short option that is not in the table.
  const OptionSpec* specOf(int answer) const {
    if (answer >= kFirstLong) return specs_[static_cast<std::size_t>(answer - kFirstLong)];
    const auto found = std::find_if(specs_.begin(), specs_.end(), [&](const OptionSpec* spec) {
      return spec->shortName != '\0' && spec->shortName == static_cast<char>(answer);
    });
    return found == specs_.end() ? nullptr : *found;
  }

  /// The long option at hand as it was typed, without its value.
  std::string typedLong() const {
    const std::string_view typed = arguments_[static_cast<std::size_t>(::optind) - 1];
    return printable(typed.substr(0, typed.find('=')));
  }

  std::string valueMissing(const OptionSpec& spec) const {
    const std::string typed =
        ::optopt >= kFirstLong ? typedLong() : fmt::format("-{}", spec.shortName);
    const std::string accepted =
        spec.accepts.empty() ? std::string() : fmt::format(", {}", spec.accepts);
    return fmt::format("option {} needs a value: {}{}", typed, spec.argument, accepted);
  }

  std::string valueGiven() const {
    const std::string_view typed = arguments_[static_cast<std::size_t>(::optind) - 1];
    return fmt::format("option {} takes no value, not '{}'", typedLong(),
                       printable(typed.substr(typed.find('=') + 1)));
  }

  std::string refused() const {
    if (::optopt >= kFirstLong) return valueGiven();
    if (::optopt != 0) {
      return fmt::format("unknown option -{}; --help lists those there are",
                         printable(std::string(1, static_cast<char>(::optopt))));
    }
    const std::string typed = typedLong();
    const std::string_view name = std::string_view(typed).substr(2);
    if (const auto meant = namesStartingWith(name); meant.size() > 1) {
      return fmt::format("ambiguous option {}: {}", typed, choice(meant));
    }
    if (const auto near = nearNames(table_, name); !near.empty()) {
      return fmt::format("unknown option {}; did you mean {}?", typed, choice(near));
    }
    return fmt::format("unknown option {}; --help lists those there are", typed);
  }

  std::vector<std::string_view> namesStartingWith(std::string_view prefix) const {
    std::vector<std::string_view> names;
    for (const OptionSpec* spec : specs_) {
      if (spec->name.starts_with(prefix)) names.push_back(spec->name);
    }
    return names;
  }

  const OptionTable& table_;
  std::vector<char*> arguments_;  ///< a copy, because getopt_long() moves the operands to the end
  std::vector<const OptionSpec*> specs_;
  std::deque<std::string> longNames_;  ///< NUL-terminated; a deque, because its elements stay put
  std::vector<::option> long_;
  std::string short_ = ":";  ///< the colon: tell a missing value from an unknown option
};

}  // namespace

const OptionSpec* OptionTable::find(std::string_view name) const {
  for (const OptionGroup& group : groups) {
    for (const OptionSpec& spec : group.options) {
      if (spec.name == name) return &spec;
    }
  }
  return nullptr;
}

bool CommandLine::has(std::string_view name) const { return value(name) != nullptr; }

const std::string* CommandLine::value(std::string_view name) const {
  const auto found = std::find_if(options.rbegin(), options.rend(), [&](const GivenOption& given) {
    return given.spec->name == name;
  });
  return found == options.rend() ? nullptr : &found->value;
}

std::vector<std::string> CommandLine::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const GivenOption& given : options) {
    if (given.spec->name == name) found.push_back(given.value);
  }
  return found;
}

CommandLine parseCommandLine(const OptionTable& table, int argc, char* const* argv) {
  return Parser(table, argc, argv).parse();
}

}  // namespace iotcpd
