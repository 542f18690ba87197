#include "redirector/app/settings_source.h"

#include <utility>

#include <Poco/StringTokenizer.h>
#include <fmt/format.h>

#include "common/text/printable.h"
#include "redirector/app/options.h"
#include "redirector/app/settings_file.h"
#include "redirector/app/settings_format.h"

namespace iotcpd::redirector {
namespace {

std::string nearText(const std::string& name) {
  std::string text;
  for (const std::string_view near : nearNames(optionTable(), name)) {
    if (optionTable().find(near)->commandLineOnly) continue;
    text += text.empty() ? "; did you mean " : " or ";
    text += near;
  }
  return text;
}

std::string noSetting(const std::string& key) {
  if (key.starts_with("\xef\xbb\xbf")) return "it begins with a byte order mark; save it without";
  return fmt::format("'{}' is no setting{}", printable(key), nearText(key));
}

/// Nothing is lost: a name that comes again adds to a list where lists are allowed and is an error
/// elsewhere. Returns what is wrong with the setting, nothing when it was put into `file`.
std::string put(Poco::Util::MapConfiguration& file, const SettingLine& setting) {
  const OptionSpec* const option = optionTable().find(setting.name);
  if (option == nullptr || option->commandLineOnly) return noSetting(setting.name);
  if (!file.has(setting.name)) {
    file.setString(setting.name, setting.value);
    return {};
  }
  if (!option->repeatable) return fmt::format("'{}' is set twice", setting.name);
  file.setString(setting.name, file.getRawString(setting.name) + "," + setting.value);
  return {};
}

std::string readText(const std::string& path, FileKind kind) {
  try {
    return readSettingsFile(path, kind);
  } catch (const ReadError& e) {
    throw SettingError(fmt::format("--config '{}': {}", path, e.what()), kExitConfig);
  }
}

Poco::AutoPtr<Poco::Util::MapConfiguration> readFile(const std::string& path, FileKind kind) {
  const std::string text = readText(path, kind);
  if (text.find('\0') != std::string::npos) {
    throw SettingError(fmt::format("{}: it holds a NUL byte", path), kExitConfig);
  }
  Poco::AutoPtr<Poco::Util::MapConfiguration> file(new Poco::Util::MapConfiguration);
  for (const SettingLine& setting : parseSettings(text)) {
    const std::string wrong = put(*file, setting);
    if (!wrong.empty()) throw SettingError(fmt::format("{}: {}", path, wrong), kExitConfig);
  }
  return file;
}

}  // namespace

SettingsSource::SettingsSource(CommandLine commandLine)
    : commandLine_(std::move(commandLine)), fromCommandLine_(new Poco::Util::MapConfiguration) {
  for (const GivenOption& option : commandLine_.options) {
    const std::string key(option.spec->name);
    const std::string value = option.spec->argument.empty() ? "yes" : option.value;
    const bool adds = option.spec->repeatable && fromCommandLine_->has(key);
    fromCommandLine_->setString(key,
                                adds ? fromCommandLine_->getRawString(key) + "," + value : value);
  }
  stackLayers();
}

void SettingsSource::load(Reading reading) {
  const std::string* const path = commandLine_.value("config");
  if (path == nullptr) return;
  fromFile_ = readFile(*path, reading == Reading::kFirst ? FileKind::kAny : FileKind::kRegular);
  stackLayers();
}

/// Always a new stack: a copy of this object may share the old one.
void SettingsSource::stackLayers() {
  layers_ = new Poco::Util::LayeredConfiguration;
  layers_->add(fromCommandLine_, 0);
  if (fromFile_) layers_->add(fromFile_, 1);
}

bool SettingsSource::given(const OptionSpec& option) const {
  return layers_->has(std::string(option.name));
}

std::string SettingsSource::text(const OptionSpec& option) const {
  const std::string key(option.name);
  return layers_->has(key) ? layers_->getRawString(key) : std::string(option.defaultValue);
}

std::vector<std::string> SettingsSource::list(const OptionSpec& option) const {
  if (!given(option)) return {};
  const Poco::StringTokenizer items(text(option), ",", Poco::StringTokenizer::TOK_TRIM);
  // An empty list is no list: nobody means "everybody" by an empty --allow.
  if (items.count() == 0) return {""};
  return {items.begin(), items.end()};
}

SettingError SettingsSource::complaint(const OptionSpec& option, const std::string& value) const {
  return complaint(option, value, fmt::format("accepted is {}", option.accepts));
}

SettingError SettingsSource::complaint(const OptionSpec& option, const std::string& value,
                                       const std::string& why) const {
  const std::string key(option.name);
  const bool inFile = !fromCommandLine_->has(key) && fromFile_ && fromFile_->has(key);
  if (inFile) {
    return {
        fmt::format("{}: {} = '{}': {}", *commandLine_.value("config"), key, printable(value), why),
        kExitConfig};
  }
  return {fmt::format("--{} '{}': {}", key, printable(value), why), kExitUsage};
}

}  // namespace iotcpd::redirector
