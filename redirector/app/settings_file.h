#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace iotcpd::redirector {

/// A configuration file cannot be read; what() says why, without its name.
class ReadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a configuration file holds at the most.
inline constexpr std::size_t kMaxSettingsFileBytes = std::size_t{1} << 20U;

/// What a configuration file may be.
enum class FileKind {
  kAny,  ///< a pipe too; TERM and INT, though blocked, end the program that waits for its writer
  kRegular,  ///< only what can be read without waiting
};

/// All that the file holds. Throws ReadError.
[[nodiscard]] std::string readSettingsFile(const std::string& path, FileKind kind);

}  // namespace iotcpd::redirector
