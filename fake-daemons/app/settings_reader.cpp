#include "fake-daemons/app/settings_reader.h"

#include <array>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "common/text/words.h"
#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/app/options.h"
#include "fake-daemons/grammar/fault_parser.h"
#include "fake-daemons/grammar/fault_printer.h"
#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

constexpr std::array kChoosable{PersonalityKind::kEcho, PersonalityKind::kFixed,
                                PersonalityKind::kSquidGuard, PersonalityKind::kSquidChannel};

/// Puts one value where it belongs. Returns false when it is not what the option accepts; throws
/// std::runtime_error that says more: SyntaxError for a text with a grammar of its own.
struct Setter {
  std::string_view name;
  std::function<bool(Settings&, const std::string&)> set;
};

bool setPersonality(Settings& settings, const std::string& text) {
  for (const PersonalityKind kind : kChoosable) {
    if (text != personalityName(kind)) continue;
    settings.personality = kind;
    return true;
  }
  return false;
}

bool setTemplate(Settings& settings, const std::string& text) {
  static_cast<void>(makeFixed(text, Identity{}));
  settings.replyTemplate = text;
  return text.find('\n') == std::string::npos;
}

bool setPatterns(Settings& settings, const std::string& text) {
  static_cast<void>(makeSquidGuard(text));
  settings.patternsFile = text;
  return !text.empty();
}

bool setObey(Settings& settings, const std::string& text) {
  settings.obeyRequests = text.empty() || text == "true";
  return settings.obeyRequests || text == "false";
}

bool setSeed(Settings& settings, const std::string& text) {
  const auto seed = parseCount(text);
  if (seed) settings.seed = *seed;
  return seed.has_value();
}

bool setSpin(Settings& settings, const std::string& text) {
  const auto time = parseDuration(text, std::chrono::seconds(1));
  if (!time || *time > std::chrono::milliseconds(10)) return false;
  settings.spin = *time;
  return true;
}

bool setPath(std::string& field, const std::string& text) {
  field = text;
  return !text.empty();
}

const std::array<Setter, 11>& setters() {
  static const std::array<Setter, 11> kSetters{{
      {"personality", setPersonality},
      {"template", setTemplate},
      {"patterns", setPatterns},
      {"latency",
       [](Settings& s, const std::string& text) {
         s.latency = Distribution::parse(text);
         return true;
       }},
      {"startup",
       [](Settings& s, const std::string& text) {
         s.startup = Distribution::parse(text);
         return true;
       }},
      {"fault",
       [](Settings& s, const std::string& text) {
         s.faults.push_back(parseFault(text, actionTable()));
         return true;
       }},
      {"obey-requests", setObey},
      {"seed", setSeed},
      {"spin", setSpin},
      {"journal",
       [](Settings& s, const std::string& text) { return setPath(s.journalFile, text); }},
      {"control",
       [](Settings& s, const std::string& text) { return setPath(s.controlPath, text); }},
  }};
  return kSetters;
}

[[noreturn]] void refuse(const GivenSetting& given, const std::string& why) {
  const std::string what = fmt::format("{}: {}", given.source, why);
  if (given.source.starts_with("--")) throw UsageError(what);
  throw ProfileError(what, kExitConfig);
}

void put(Settings& settings, const GivenSetting& given) {
  for (const Setter& setter : setters()) {
    if (setter.name != given.name) continue;
    try {
      if (setter.set(settings, given.value)) return;
    } catch (const std::runtime_error& e) {
      refuse(given, e.what());
    }
    const OptionSpec* spec = optionTable().find(given.name);
    refuse(given, fmt::format("'{}' is not accepted; accepted is {}", printable(given.value),
                              spec->argument.empty() ? "true or false" : spec->accepts));
  }
}

/// A free text as a profile has to have it.
std::string profileValue(const std::string& text) {
  const bool isPlain = !text.empty() && printable(text) == text && text.front() != '"' &&
                       text.front() != ' ' && text.back() != ' ';
  return isPlain ? text : quoteText(text);
}

/// `faults` and what was given as such are in the same order.
void checkTogether(const Settings& settings, const std::vector<GivenSetting>& all) {
  auto fault = settings.faults.begin();
  for (const GivenSetting& given : all) {
    if (given.name != "fault") continue;
    const std::string conflict = conflictOf(*fault++, settings.personality);
    if (!conflict.empty()) refuse(given, fmt::format("'{}': {}", printable(given.value), conflict));
  }
}

}  // namespace

std::vector<GivenSetting> givenSettings(const CommandLine& commandLine) {
  std::vector<GivenSetting> given;
  if (const std::string* profile = commandLine.value("profile")) given = readProfile(*profile);
  for (const GivenOption& option : commandLine.options) {
    if (option.spec->commandLineOnly) continue;
    given.push_back(
        {std::string(option.spec->name), option.value, fmt::format("--{}", option.spec->name)});
  }
  return given;
}

Settings readSettings(const CommandLine& commandLine) {
  Settings settings;
  bool seeded = false;
  const std::vector<GivenSetting> all = givenSettings(commandLine);
  for (const GivenSetting& given : all) {
    put(settings, given);
    seeded = seeded || given.name == "seed";
  }
  if (!seeded) settings.seed = randomSeed();
  if (commandLine.has("wrap")) {
    if (commandLine.operands.empty()) {
      throw UsageError("--wrap needs a program: --wrap -- CMD [ARGUMENT]...");
    }
    settings.personality = PersonalityKind::kWrap;
    settings.wrappedWords = commandLine.operands;
  } else if (!commandLine.operands.empty()) {
    throw UsageError(fmt::format("'{}': only options are accepted, and a program after --wrap --",
                                 printable(commandLine.operands.front())));
  }
  checkTogether(settings, all);
  return settings;
}

std::string printSettings(const Settings& settings) {
  std::string text;
  if (settings.personality == PersonalityKind::kWrap) {
    text += fmt::format("# --wrap -- {}\n", printable(joinWords(settings.wrappedWords)));
  } else {
    text += fmt::format("personality = {}\n", personalityName(settings.personality));
  }
  if (settings.personality == PersonalityKind::kFixed) {
    text += fmt::format("template = {}\n", profileValue(settings.replyTemplate));
  }
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = {}\n", name, value);
  };
  if (!settings.patternsFile.empty()) add("patterns", profileValue(settings.patternsFile));
  add("latency", settings.latency.text());
  add("startup", settings.startup.text());
  for (const FaultSpec& fault : settings.faults) add("fault", printFault(fault));
  if (settings.obeyRequests) add("obey-requests", "true");
  add("seed", std::to_string(settings.seed));
  add("spin", formatDuration(settings.spin));
  if (!settings.journalFile.empty()) add("journal", profileValue(settings.journalFile));
  if (!settings.controlPath.empty()) add("control", profileValue(settings.controlPath));
  return text;
}

}  // namespace iotcpd::fake
