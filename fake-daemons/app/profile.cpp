#include "fake-daemons/app/profile.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "common/cli/option_table.h"
#include "common/os/text_file.h"
#include "common/text/printable.h"
#include "common/text/scanner.h"
#include "fake-daemons/app/options.h"

namespace iotcpd::fake {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".profile";
constexpr std::size_t kMostLines = 10'000;
constexpr std::size_t kMostBytes = 1024UL * 1024;

/// Beside the program, so that it is the same place in a build and in an installation.
fs::path profileFolder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share" / "iotcpd" / "profiles";
}

std::vector<std::string> profileNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(profileFolder(), error)) {
    if (entry.path().extension() == kExtension) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

fs::path fileOf(const std::string& nameOrFile) {
  if (nameOrFile.find('/') != std::string::npos) return nameOrFile;
  const std::vector<std::string> names = profileNames();
  if (std::ranges::find(names, nameOrFile) != names.end()) {
    return profileFolder() / (nameOrFile + std::string(kExtension));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string near;
  for (const std::string_view name : nearNames(known, nameOrFile)) {
    near += fmt::format("{}{}", near.empty() ? "; did you mean " : " or ", name);
  }
  throw ProfileError(fmt::format("unknown profile '{}'{}{}", printable(nameOrFile), near,
                                 near.empty() ? "; --list-profiles shows those there are" : "?"),
                     kExitUsage);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

/// In double quotes, blanks at the ends are part of it.
std::string valueOf(std::string_view value, const std::string& where) {
  if (!value.starts_with('"')) return std::string(value);
  try {
    Scanner scanner(value);
    std::string text = scanner.text("a value in double quotes");
    scanner.expectEnd();
    return text;
  } catch (const SyntaxError& e) {
    throw ProfileError(fmt::format("{}: {}", where, e.what()), kExitConfig);
  }
}

GivenSetting settingOf(std::string_view line, const std::string& where) {
  const std::size_t equals = line.find('=');
  const std::string name(trimmed(line.substr(0, equals)));
  const OptionSpec* spec = optionTable().find(name);
  if (equals == std::string_view::npos || spec == nullptr || spec->commandLineOnly) {
    throw ProfileError(fmt::format("{}: '{}': a line 'name = value' with the long name of an "
                                   "option is accepted",
                                   where, printable(line.substr(0, 80))),
                       kExitConfig);
  }
  const std::string_view value = trimmed(line.substr(equals + 1));
  return {name, valueOf(value, where), fmt::format("{}: {}", where, name)};
}

}  // namespace

std::vector<GivenSetting> readProfile(const std::string& nameOrFile) {
  const std::string name = printable(nameOrFile);
  const fs::path file = fileOf(nameOrFile);
  std::string text;
  try {
    text = readTextFile(file, kMostBytes);
  } catch (const TextFileError& e) {
    throw ProfileError(fmt::format("profile '{}' cannot be read: {}", name, e.what()), kExitConfig);
  }
  std::vector<GivenSetting> settings;
  std::istringstream input(text);
  std::size_t number = 0;
  for (std::string line; std::getline(input, line);) {
    if (++number > kMostLines) {
      throw ProfileError(fmt::format("profile '{}' has more than {} lines", name, kMostLines),
                         kExitConfig);
    }
    const std::string_view setting = trimmed(line);
    if (setting.empty() || setting.front() == '#') continue;
    settings.push_back(settingOf(setting, fmt::format("profile {} line {}", name, number)));
  }
  return settings;
}

std::string listProfiles() {
  std::string list;
  for (const std::string& name : profileNames()) {
    std::ifstream input(profileFolder() / (name + std::string(kExtension)));
    std::string first;
    std::getline(input, first);
    const std::string_view about = first.starts_with('#') ? trimmed(first).substr(1) : "";
    list += fmt::format("{:<20} {}\n", name, trimmed(about));
  }
  return list;
}

}  // namespace iotcpd::fake
