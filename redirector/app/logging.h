#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <Poco/AutoPtr.h>
#include <Poco/Logger.h>

#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// The service's log: one line per message, on standard error or in a file, without ever blocking.
/// A thread that logs has a logger of its own, which nobody else uses.
class Logging {
 public:
  /// With so many loggers. Throws std::system_error when the log file cannot be opened.
  Logging(const OutputSettings& settings, std::size_t loggers);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  [[nodiscard]] Poco::Logger& logger(std::size_t number) const { return *loggers_[number]; }
  /// Takes new settings and opens the log file anew, for log rotation; levels are set by those who
  /// use the loggers. Throws std::system_error, and then goes on as before.
  void reopen(const OutputSettings& settings);
  /// Lines that were not taken.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  class LineSink;

  std::vector<Poco::Logger*> loggers_;
  std::atomic<std::uint64_t> dropped_ = 0;
  Poco::AutoPtr<LineSink> sink_;
};

}  // namespace iotcpd::redirector
