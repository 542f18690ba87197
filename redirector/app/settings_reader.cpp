#include "redirector/app/settings_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <Poco/Exception.h>
#include <Poco/Message.h>
#include <Poco/RegularExpression.h>
#include <fmt/format.h>

#include "common/text/quantity.h"
#include "common/text/words.h"
#include "redirector/app/options.h"
#include "redirector/app/setters.h"
#include "redirector/app/settings_format.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

bool setDaemon(Settings& settings, const std::string& text) {
  Words words = splitWords(text);
  if (!words.error.empty() || words.words.empty() || words.words.front().empty()) return false;
  settings.pool.daemonWords = std::move(words.words);
  return true;
}

bool setUnixMode(Settings& settings, const std::string& text) {
  constexpr std::size_t kMostDigits = 4;
  if (text.empty() || text.size() > kMostDigits ||
      text.find_first_not_of("01234567") != std::string::npos) {
    return false;
  }
  settings.listen.unixMode = static_cast<unsigned>(std::stoul(text, nullptr, 8));
  return settings.listen.unixMode <= 0777;
}

bool setPerSource(Settings& settings, const std::string& text) {
  if (text == "unlimited") return true;
  return putWithin<std::size_t>(
      parseCount(text), 1, 1'000'000, settings,
      [](Settings & s) -> auto& { return s.clients.maxClientsPerSource; });
}

bool setRecycleAge(Settings& settings, const std::string& text) {
  const auto age = parseDuration(text, seconds(1));
  if (!age || *age > hours(8760) || (*age < milliseconds(100) && *age != Nanoseconds::zero())) {
    return false;
  }
  settings.pool.recycleAge = *age;
  return true;
}

bool setProbeExpect(Settings& settings, const std::string& text) {
  try {
    const Poco::RegularExpression compiled(text);
  } catch (const Poco::Exception&) {
    return false;
  }
  settings.pool.probeExpect = text;
  return true;
}

bool setLogLevel(Settings& settings, const std::string& text) {
  constexpr std::array<std::pair<std::string_view, int>, 5> kLevels{{
      {"error", Poco::Message::PRIO_ERROR},
      {"warning", Poco::Message::PRIO_WARNING},
      {"notice", Poco::Message::PRIO_NOTICE},
      {"information", Poco::Message::PRIO_INFORMATION},
      {"debug", Poco::Message::PRIO_DEBUG},
  }};
  const auto* const level =
      std::ranges::find(kLevels, text, &std::pair<std::string_view, int>::first);
  if (level == kLevels.end()) return false;
  settings.output.logLevel = level->second;
  return true;
}

bool setLogFormat(Settings& settings, const std::string& text) {
  settings.output.logJson = text == "json";
  return text == "json" || text == "text";
}

bool addAddress(std::vector<std::string>& addresses, const std::string& text, bool v4) {
  const auto address = IpAddress::parse(text);
  if (!address || address->isV4() != v4 || (!v4 && text.find(':') == std::string::npos))
    return false;
  addresses.push_back(text);
  return true;
}

bool addIpv4(Settings& settings, const std::string& text) {
  return addAddress(settings.listen.ipv4, text, true);
}

bool addIpv6(Settings& settings, const std::string& text) {
  return addAddress(settings.listen.ipv6, text, false);
}

bool addAllowed(Settings& settings, const std::string& text) {
  const auto network = Cidr::parse(text);
  if (network) settings.clients.allow.push_back(*network);
  return network.has_value();
}

/// How a setting is printed; as it was written unless it is a quantity.
enum class Form { kText, kTime, kSize };

struct Field {
  std::string_view name;
  Setter set;
  Form form = Form::kText;
};

std::string printed(const std::string& text, Form form) {
  if (form == Form::kTime) return formatDuration(*parseDuration(text, seconds(1)));
  if (form == Form::kSize) return formatSize(*parseSize(text));
  return text;
}

/// A member of a member, by reference.
// Unformatted, since the reference would be taken for a product.
// clang-format off
#define IOTCPD_FIELD(member) ([](Settings& s) -> auto& { return s.member; })
// clang-format on

const std::vector<Field>& fields() {
  static const std::vector<Field> kFields{
      {"ipv4", addIpv4},
      {"ipv6", addIpv6},
      {"port", count(0, 65535, IOTCPD_FIELD(listen.port))},
      {"unix", path(107, IOTCPD_FIELD(listen.unixPath))},
      {"unix-mode", setUnixMode},
      {"backlog", count(1, 65535, IOTCPD_FIELD(listen.backlog))},
      {"threads", count(1, 64, IOTCPD_FIELD(listen.threads))},
      {"daemon", setDaemon},
      {"num-daemons", count(1, 4096, IOTCPD_FIELD(pool.numDaemons))},
      {"busy-timeout", time(milliseconds(1), hours(1), IOTCPD_FIELD(pool.busyTimeout)),
       Form::kTime},
      {"alarm-interval", time(milliseconds(1), hours(1), IOTCPD_FIELD(pool.alarmInterval)),
       Form::kTime},
      {"concurrency", count(0, 4096, IOTCPD_FIELD(pool.concurrency))},
      {"settle", time(seconds(0), minutes(1), IOTCPD_FIELD(pool.settle)), Form::kTime},
      {"recycle-after", count(0, 1'000'000'000, IOTCPD_FIELD(pool.recycleAfter))},
      {"recycle-age", setRecycleAge, Form::kTime},
      {"probe", line(1, 4095, IOTCPD_FIELD(pool.probe))},
      {"probe-expect", setProbeExpect},
      {"max-reply", size(1, 64 * kMiB, IOTCPD_FIELD(pool.maxReplyBytes)), Form::kSize},
      {"max-request", size(2, 16 * kMiB, IOTCPD_FIELD(clients.maxRequestBytes)), Form::kSize},
      {"client-timeout", time(milliseconds(1), hours(1), IOTCPD_FIELD(clients.clientTimeout)),
       Form::kTime},
      {"keep-alive", flag(IOTCPD_FIELD(clients.keepAlive))},
      {"max-pipeline", count(1, 65536, IOTCPD_FIELD(clients.maxPipeline))},
      {"idle-timeout", time(milliseconds(1), hours(24), IOTCPD_FIELD(clients.idleTimeout)),
       Form::kTime},
      {"max-clients", count(1, 1'000'000, IOTCPD_FIELD(clients.maxClients))},
      {"max-clients-per-source", setPerSource},
      {"allow", addAllowed},
      {"queue-size", count(0, 1'000'000, IOTCPD_FIELD(clients.queueSize))},
      {"queue-timeout", time(milliseconds(1), hours(1), IOTCPD_FIELD(clients.queueTimeout)),
       Form::kTime},
      {"error-reply", line(0, 1024, IOTCPD_FIELD(clients.errorReply))},
      {"drain-timeout", time(seconds(0), hours(1), IOTCPD_FIELD(drainTimeout)), Form::kTime},
      {"log-level", setLogLevel},
      {"log-format", setLogFormat},
      {"log-file", path(4095, IOTCPD_FIELD(output.logFile))},
      {"stats-file", path(4088, IOTCPD_FIELD(output.statsFile))},
      {"trace", path(4095, IOTCPD_FIELD(output.traceFile))},
  };
  return kFields;
}

#undef IOTCPD_FIELD

void readField(const SettingsSource& source, const Field& field, Settings& settings) {
  const OptionSpec& option = *optionTable().find(field.name);
  if (option.repeatable) {
    for (const std::string& value : source.list(option)) {
      if (!field.set(settings, value)) throw source.complaint(option, value);
    }
    return;
  }
  if (!source.given(option) && option.defaultValue.empty()) return;
  const std::string value = source.text(option);
  if (!field.set(settings, value)) throw source.complaint(option, value);
}

bool listensSomewhere(const SettingsSource& source) {
  return std::ranges::any_of(std::array{"ipv4", "ipv6", "unix"}, [&](const char* name) {
    return source.given(*optionTable().find(name));
  });
}

Nanoseconds defaultDrainTimeout(const Settings& settings) {
  return settings.clients.queueTimeout + settings.pool.busyTimeout + seconds(1);
}

void checkThreads(const SettingsSource& source, const Settings& settings) {
  const OptionSpec& threads = *optionTable().find("threads");
  if (settings.listen.threads > settings.pool.numDaemons) {
    throw source.complaint(threads, source.text(threads),
                           fmt::format("accepted is 1 to 64, not more than the {} of --num-daemons",
                                       settings.pool.numDaemons));
  }
  if (settings.listen.threads > settings.clients.maxClients) {
    throw source.complaint(threads, source.text(threads),
                           fmt::format("accepted is 1 to 64, not more than the {} of --max-clients",
                                       settings.clients.maxClients));
  }
  if (settings.listen.threads > 1 && !settings.listen.unixPath.empty()) {
    throw source.complaint(threads, source.text(threads),
                           "more than 1 not with --unix, whose connections the kernel does not "
                           "share out");
  }
}

/// Settings that are good each by itself.
void checkTogether(const SettingsSource& source, const Settings& settings) {
  checkThreads(source, settings);
  const OptionSpec& settle = *optionTable().find("settle");
  if (settings.pool.settle > Nanoseconds::zero() && settings.pool.concurrency > 0) {
    throw source.complaint(settle, source.text(settle),
                           "not with --concurrency, where each reply says what it answers");
  }
  const OptionSpec& expect = *optionTable().find("probe-expect");
  if (!settings.pool.probeExpect.empty() && settings.pool.probe.empty()) {
    throw source.complaint(expect, settings.pool.probeExpect, "it needs --probe");
  }
}

}  // namespace

Settings readSettings(const SettingsSource& source) {
  Settings settings;
  for (const Field& field : fields()) readField(source, field, settings);
  if (!listensSomewhere(source)) {
    settings.listen.ipv4.emplace_back(optionTable().find("ipv4")->defaultValue);
  }
  if (!source.given(*optionTable().find("drain-timeout"))) {
    settings.drainTimeout = defaultDrainTimeout(settings);
  }
  checkTogether(source, settings);
  return settings;
}

std::string printSettings(const SettingsSource& source) {
  const Settings settings = readSettings(source);
  std::string lines;
  for (const Field& field : fields()) {
    const OptionSpec& option = *optionTable().find(field.name);
    std::string value = source.text(option);
    if (field.name == "ipv4" && settings.listen.ipv4.empty()) continue;
    if (field.name == "drain-timeout") value = formatDuration(settings.drainTimeout);
    if (!source.given(option) && value.empty()) continue;
    lines += settingText({std::string(field.name), printed(value, field.form)});
  }
  return lines;
}

}  // namespace iotcpd::redirector
