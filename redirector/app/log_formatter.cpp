#include "redirector/app/log_formatter.h"

#include <algorithm>
#include <sstream>

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSON/Object.h>
#include <Poco/Message.h>
#include <fmt/format.h>

#include "common/text/printable.h"

namespace iotcpd::redirector {
namespace {

/// Of a JSON line, which may not be cut: doubled by escapes, and with all around it, it is shorter
/// than the longest line that the log takes.
constexpr std::size_t kMostTextBytes = 1900;

std::string_view levelName(Poco::Message::Priority priority) {
  switch (priority) {
    case Poco::Message::PRIO_FATAL:
    case Poco::Message::PRIO_CRITICAL:
    case Poco::Message::PRIO_ERROR:
      return "error";
    case Poco::Message::PRIO_WARNING:
      return "warning";
    case Poco::Message::PRIO_NOTICE:
      return "notice";
    case Poco::Message::PRIO_INFORMATION:
      return "information";
    default:
      return "debug";
  }
}

std::string timeText(const Poco::Message& message) {
  return Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%S.%iZ");
}

}  // namespace

void TextFormatter::format(const Poco::Message& message, std::string& text) {
  text += fmt::format("{} {} {}", timeText(message), levelName(message.getPriority()),
                      printable(message.getText()));
}

void JsonFormatter::format(const Poco::Message& message, std::string& text) {
  // JSON has no place for bytes that are not UTF-8; the text form of the log escapes nothing else.
  std::string clean = printable(message.getText());
  clean.resize(std::min(clean.size(), kMostTextBytes));
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  Poco::JSON::Object line(Poco::JSON_PRESERVE_KEY_ORDER);
  line.set("time", timeText(message));
  line.set("level", std::string(levelName(message.getPriority())));
  line.set("message", clean);
  std::ostringstream out;
  line.stringify(out);
  text += out.str();
}

}  // namespace iotcpd::redirector
