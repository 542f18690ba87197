#pragma once

#include <string>

#include <Poco/Formatter.h>

namespace iotcpd::redirector {

/// `2026-11-22T22:49:29.123Z warning text`; control bytes of the text are shown as \xNN, so that
/// nothing a daemon says can forge a line or steer a terminal.
class TextFormatter : public Poco::Formatter {
 public:
  void format(const Poco::Message& message, std::string& text) override;
};

/// `{"time":"…","level":"warning","message":"…"}`
class JsonFormatter : public Poco::Formatter {
 public:
  void format(const Poco::Message& message, std::string& text) override;
};

}  // namespace iotcpd::redirector
