#include "redirector/app/logging.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include <Poco/Channel.h>
#include <Poco/Formatter.h>
#include <Poco/Message.h>
#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "redirector/app/log_formatter.h"

namespace iotcpd::redirector {
namespace {

/// Throws std::system_error.
UniqueFd openLog(const OutputSettings& settings) {
  if (settings.logFile.empty()) return openNonBlocking(STDERR_FILENO);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  UniqueFd fd(::open(settings.logFile.c_str(), kFlags, 0644));
  if (!fd) throw std::system_error(errno, std::generic_category());
  return fd;
}

Poco::AutoPtr<Poco::Formatter> formatterFor(const OutputSettings& settings) {
  if (settings.logJson) return new JsonFormatter;
  return new TextFormatter;
}

}  // namespace

/// Lines up to PIPE_BUF, so that a pipe takes each whole or not at all; one that does not fit at
/// once, or that a full disk does not take, is dropped and counted. Open for any thread.
class Logging::LineSink : public Poco::Channel {
 public:
  explicit LineSink(std::atomic<std::uint64_t>& dropped) : dropped_(dropped) {}

  void use(UniqueFd fd, Poco::AutoPtr<Poco::Formatter> formatter) {
    const std::scoped_lock lock(mutex_);
    fd_ = std::move(fd);
    formatter_ = std::move(formatter);
    torn_ = false;
  }

  void log(const Poco::Message& message) override {
    const std::scoped_lock lock(mutex_);
    std::string line(torn_ ? "\n" : "");
    formatter_->format(message, line);
    if (line.size() >= PIPE_BUF) line.resize(PIPE_BUF - 1);
    line += '\n';
    const ssize_t written = writeNonBlocking(fd_.get(), line);
    const bool whole = written == static_cast<ssize_t>(line.size());
    torn_ = !whole && (torn_ || written > 0);
    if (!whole) ++dropped_;
  }

 private:
  std::mutex mutex_;  ///< of all that follows
  UniqueFd fd_;
  Poco::AutoPtr<Poco::Formatter> formatter_;
  bool torn_ = false;  ///< the last line was written in part
  std::atomic<std::uint64_t>& dropped_;
};

Logging::Logging(const OutputSettings& settings, std::size_t loggers)
    : sink_(new LineSink(dropped_)) {
  reopen(settings);
  for (std::size_t number = 0; number < loggers; ++number) {
    Poco::Logger& logger = Poco::Logger::get(fmt::format("iotcpd-{}", number));
    logger.setChannel(sink_);
    logger.setLevel(settings.logLevel);
    loggers_.push_back(&logger);
  }
}

Logging::~Logging() {
  for (Poco::Logger* const logger : loggers_) logger->setChannel(nullptr);
}

void Logging::reopen(const OutputSettings& settings) {
  sink_->use(openLog(settings), formatterFor(settings));
}

}  // namespace iotcpd::redirector
