#pragma once

#include <cstdint>

#include <Poco/Logger.h>

#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// The service's log: one line per message, on standard error or in a file, without ever blocking.
class Logging {
 public:
  /// Throws std::system_error when the log file cannot be opened.
  explicit Logging(const OutputSettings& settings);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  [[nodiscard]] Poco::Logger& logger() const { return logger_; }
  /// Takes new settings and opens the log file anew, for log rotation. Throws std::system_error,
  /// and then goes on as before.
  void reopen(const OutputSettings& settings);
  /// Lines that were not taken.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  class LineSink;

  Poco::Logger& logger_;
  std::uint64_t dropped_ = 0;
};

}  // namespace iotcpd::redirector
