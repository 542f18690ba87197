#pragma once

#include <cstdint>

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>

#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// The service's log: one line per message, on standard error without ever blocking, or in a file.
class Logging {
 public:
  /// Throws Poco::Exception when the log file cannot be opened.
  explicit Logging(const OutputSettings& settings);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  [[nodiscard]] Poco::Logger& logger() const { return logger_; }
  /// Takes new settings and opens the log file anew, for log rotation. Throws Poco::Exception, and
  /// then goes on as before.
  void reopen(const OutputSettings& settings);
  /// Lines that standard error did not take.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  class StandardError;

  void apply(const OutputSettings& settings);

  Poco::Logger& logger_;
  Poco::AutoPtr<StandardError> standardError_;
};

}  // namespace iotcpd::redirector
