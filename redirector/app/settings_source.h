#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/AutoPtr.h>
#include <Poco/Util/LayeredConfiguration.h>
#include <Poco/Util/MapConfiguration.h>

#include "common/cli/exit_codes.h"
#include "common/cli/option_table.h"

namespace iotcpd::redirector {

/// A setting is wrong: what() is one line that names it and says what is accepted; exitCode() tells
/// the command line from the file.
class SettingError : public std::runtime_error {
 public:
  SettingError(const std::string& message, ExitCode code)
      : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode exitCode() const { return code_; }

 private:
  ExitCode code_;
};

/// Where the settings' texts come from: the command line over the configuration file over the
/// defaults, as layers of a Poco configuration. Repeatable settings are lists separated by commas.
class SettingsSource {
 public:
  explicit SettingsSource(CommandLine commandLine);

  enum class Reading { kFirst, kAgain };

  /// Reads the configuration file, if there is one. Throws SettingError, and then keeps what it
  /// had. The first time it may be a pipe; again only a regular file, since reading must not wait
  /// then.
  void load(Reading reading = Reading::kFirst);

  /// Given on the command line or in the file, rather than by default.
  [[nodiscard]] bool given(const OptionSpec& option) const;
  [[nodiscard]] std::string text(const OptionSpec& option) const;
  [[nodiscard]] std::vector<std::string> list(const OptionSpec& option) const;
  /// The complaint about one value of an option, naming where it came from.
  [[nodiscard]] SettingError complaint(const OptionSpec& option, const std::string& value) const;
  [[nodiscard]] SettingError complaint(const OptionSpec& option, const std::string& value,
                                       const std::string& why) const;

 private:
  void stackLayers();

  CommandLine commandLine_;
  Poco::AutoPtr<Poco::Util::MapConfiguration> fromCommandLine_;
  Poco::AutoPtr<Poco::Util::MapConfiguration> fromFile_;
  Poco::AutoPtr<Poco::Util::LayeredConfiguration> layers_;
};

}  // namespace iotcpd::redirector
