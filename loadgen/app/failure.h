#pragma once

#include <stdexcept>
#include <string>

#include "common/cli/exit_codes.h"

namespace iotcpd::loadgen {

/// The program cannot go on; what() is the one line that says why. Caught in runApplication().
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& what, ExitCode exitCode)
      : std::runtime_error(what), exitCode_(exitCode) {}

  [[nodiscard]] ExitCode exitCode() const { return exitCode_; }

 private:
  ExitCode exitCode_;
};

}  // namespace iotcpd::loadgen
