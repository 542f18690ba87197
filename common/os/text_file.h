#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace iotcpd {

/// A file cannot be had whole: what() is one phrase, such as "No such file or directory".
class TextFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The whole of a file of at most `mostBytes`. Throws TextFileError, also when reading breaks off
/// in the middle. Waits for a pipe.
[[nodiscard]] std::string readTextFile(const std::string& path, std::size_t mostBytes);

/// The same for a regular file alone, so that it never waits: anything else is refused.
[[nodiscard]] std::string readRegularFile(const std::string& path, std::size_t mostBytes);

}  // namespace iotcpd
