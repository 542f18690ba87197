#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/cli/exit_codes.h"

namespace iotcpd::fake {

/// A setting as it was given, and where: "--latency", "profile flaky line 3: latency".
struct GivenSetting {
  std::string name;
  std::string value;
  std::string source;
};

/// A profile cannot be used: what() is one line.
class ProfileError : public std::runtime_error {
 public:
  ProfileError(const std::string& what, ExitCode code) : std::runtime_error(what), code_(code) {}
  [[nodiscard]] ExitCode exitCode() const { return code_; }

 private:
  ExitCode code_;
};

/// Reads a profile: lines `name = value` with the long names of options, '#' for comments. A name
/// without a slash is looked for where profiles are installed. Throws ProfileError: unknown names
/// with near ones (64), what cannot be read, is too long or is no setting (78).
[[nodiscard]] std::vector<GivenSetting> readProfile(const std::string& nameOrFile);

/// "NAME    what its first comment says", a line each.
[[nodiscard]] std::string listProfiles();

}  // namespace iotcpd::fake
