#include "loadgen/app/run_values.h"

#include <array>

#include <fmt/format.h>

#include "common/net/cidr.h"
#include "common/text/printable.h"
#include "common/text/words.h"
#include "loadgen/app/option_reader.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kMostConnections = 100'000;
constexpr std::uint64_t kMostDaemons = 4096;
constexpr std::uint64_t kMostPipeline = 1024;
constexpr std::size_t kMostSources = 1024;

using Row = OptionSetter<RunSettings>;

bool putServe(RunSettings& run, const std::string& text) {
  Words words = splitWords(text);
  if (!words.error.empty()) {
    throw std::runtime_error(fmt::format("'{}': {}", printable(text), words.error));
  }
  run.serve = std::move(words.words);
  return !run.serve.empty() && !run.serve.front().empty();
}

/// Whether a regular expression has a group that captures.
bool hasGroup(std::string_view regex) {
  bool isInClass = false;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\') {
      ++i;
    } else if (isInClass) {
      isInClass = regex[i] != ']';
    } else if (regex[i] == '[') {
      isInClass = true;
    } else if (regex[i] == '(' && !regex.substr(i).starts_with("(?")) {
      return true;
    }
  }
  return false;
}

bool putServeReady(RunSettings& run, const std::string& text) {
  return putRegex(run.serveReady, text) && hasGroup(text);
}

bool putSource(RunSettings& run, const std::string& text) {
  if (run.sources.size() == kMostSources) {
    throw std::runtime_error(fmt::format("at most {} are accepted", kMostSources));
  }
  run.sources.push_back(text);
  return IpAddress::parse(text).has_value();
}

/// Spares a lambda for each of the plainest kind.
template <std::string RunSettings::*Field>
bool putPathOf(RunSettings& run, const std::string& text) {
  return putPath(run.*Field, text);
}
template <Nanoseconds RunSettings::*Field, int LeastMs, int MostHours>
bool putTimeOf(RunSettings& run, const std::string& text) {
  return putTime(run.*Field, text, milliseconds(LeastMs), hours(MostHours));
}
template <std::uint64_t RunSettings::*Field, std::uint64_t Most>
bool putCountOf(RunSettings& run, const std::string& text) {
  return putCount(run.*Field, text, 1, Most);
}

bool putSpin(RunSettings& run, const std::string& text) {
  return putTime(run.spin, text, Nanoseconds::zero(), milliseconds(10));
}

bool putThink(RunSettings& run, const std::string& text) {
  run.think = Distribution::parse(text);
  return true;
}

bool putExpect(RunSettings& run, const std::string& text) { return putRegex(run.expect, text); }

bool putUntil(RunSettings& run, const std::string& text) {
  run.until = Until::parse(text);
  return true;
}

bool putAssertion(RunSettings& run, const std::string& text) {
  run.assertions.push_back(Assertion::parse(text));
  return true;
}

const std::array<Row, 21>& valueRows() {
  static const std::array<Row, 21> kRows{{
      {"connections", putCountOf<&RunSettings::connections, kMostConnections>},
      {"daemons", putCountOf<&RunSettings::connections, kMostDaemons>},
      {"pipeline", putCountOf<&RunSettings::pipeline, kMostPipeline>},
      {"think", putThink},
      {"serve", putServe},
      {"serve-ready", putServeReady},
      {"serve-timeout", putTimeOf<&RunSettings::serveTimeout, 1, 1>},
      {"source", putSource},
      {"timeout", putTimeOf<&RunSettings::timeout, 1, 1>},
      {"drain", putTimeOf<&RunSettings::drain, 0, 1>},
      {"warmup", putTimeOf<&RunSettings::warmup, 0, 24>},
      {"spin", putSpin},
      {"expect", putExpect},
      {"until", putUntil},
      {"assert", putAssertion},
      {"json", putPathOf<&RunSettings::jsonFile>},
      {"csv", putPathOf<&RunSettings::csvFile>},
      {"hgrm", putPathOf<&RunSettings::hgrmFile>},
      {"hlog", putPathOf<&RunSettings::hlogFile>},
      {"html", putPathOf<&RunSettings::htmlFile>},
      {"junit", putPathOf<&RunSettings::junitFile>},
  }};
  return kRows;
}

/// Those given replace the default; an empty one stands for none.
void readErrorReplies(const CommandLine& commandLine, RunSettings& run) {
  if (!commandLine.has("error-reply")) return;
  run.errorReplies.clear();
  for (const GivenOption& given : commandLine.options) {
    if (given.spec->name != "error-reply" || given.value.empty()) continue;
    if (given.value.find('\n') != std::string::npos) refuseValue(given);
    run.errorReplies.push_back(given.value);
  }
}

}  // namespace

void readRunValues(const CommandLine& commandLine, RunSettings& run) {
  readOptions<RunSettings>(commandLine, valueRows(), run);
  readErrorReplies(commandLine, run);
  run.keepAlive = commandLine.has("keep-alive");
  run.quiet = commandLine.has("quiet");
}

}  // namespace iotcpd::loadgen
