#include "redirector/app/logging.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <string>
#include <system_error>
#include <utility>

#include <Poco/FormattingChannel.h>
#include <Poco/Message.h>

#include "common/os/nonblocking.h"
#include "redirector/app/log_formatter.h"

namespace iotcpd::redirector {

/// Lines up to PIPE_BUF, so that a pipe takes each whole or not at all; one that does not fit at
/// once, or that a full disk does not take, is dropped and counted.
class Logging::LineSink : public Poco::Channel {
 public:
  LineSink(UniqueFd fd, std::uint64_t& dropped) : fd_(std::move(fd)), dropped_(dropped) {}

  void log(const Poco::Message& message) override {
    std::string line = (torn_ ? "\n" : "") + message.getText();
    if (line.size() >= PIPE_BUF) line.resize(PIPE_BUF - 1);
    line += '\n';
    const ssize_t written = writeNonBlocking(fd_.get(), line);
    const bool whole = written == static_cast<ssize_t>(line.size());
    torn_ = !whole && (torn_ || written > 0);
    if (!whole) ++dropped_;
  }

 private:
  UniqueFd fd_;
  bool torn_ = false;  ///< the last line was written in part
  std::uint64_t& dropped_;
};

Logging::Logging(const OutputSettings& settings) : logger_(Poco::Logger::get("iotcpd")) {
  reopen(settings);
}

Logging::~Logging() { logger_.setChannel(nullptr); }

void Logging::reopen(const OutputSettings& settings) {
  UniqueFd fd;
  if (settings.logFile.empty()) {
    fd = openNonBlocking(STDERR_FILENO);
  } else {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    fd.reset(::open(settings.logFile.c_str(), kFlags, 0644));
    if (!fd) throw std::system_error(errno, std::generic_category());
  }
  const Poco::AutoPtr<Poco::Channel> sink(new LineSink(std::move(fd), dropped_));
  Poco::AutoPtr<Poco::Formatter> formatter;
  if (settings.logJson) {
    formatter = new JsonFormatter;
  } else {
    formatter = new TextFormatter;
  }
  logger_.setChannel(new Poco::FormattingChannel(formatter, sink));
  logger_.setLevel(settings.logLevel);
}

}  // namespace iotcpd::redirector
