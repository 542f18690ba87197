#include "redirector/app/logging.h"

#include <climits>
#include <string>

#include <Poco/FileChannel.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Message.h>

#include "common/os/nonblocking.h"
#include "redirector/app/log_formatter.h"

namespace iotcpd::redirector {

/// Lines up to PIPE_BUF, so that a pipe takes each whole or not at all; one that does not fit at
/// once is dropped and counted.
class Logging::StandardError : public Poco::Channel {
 public:
  StandardError() : fd_(openNonBlocking(STDERR_FILENO)) {}

  void log(const Poco::Message& message) override {
    std::string line = message.getText();
    if (line.size() >= PIPE_BUF) line.resize(PIPE_BUF - 1);
    line += '\n';
    if (writeNonBlocking(fd_.get(), line) != static_cast<ssize_t>(line.size())) ++dropped_;
  }

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  UniqueFd fd_;
  std::uint64_t dropped_ = 0;
};

Logging::Logging(const OutputSettings& settings)
    : logger_(Poco::Logger::get("iotcpd")), standardError_(new StandardError) {
  apply(settings);
}

Logging::~Logging() { logger_.setChannel(nullptr); }

void Logging::reopen(const OutputSettings& settings) { apply(settings); }

std::uint64_t Logging::dropped() const { return standardError_->dropped(); }

void Logging::apply(const OutputSettings& settings) {
  Poco::AutoPtr<Poco::Channel> sink = standardError_;
  if (!settings.logFile.empty()) {
    Poco::AutoPtr<Poco::FileChannel> file(new Poco::FileChannel(settings.logFile));
    file->open();
    sink = file;
  }
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
