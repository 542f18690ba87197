#include "loadgen/app/target_reader.h"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "common/net/endpoint_name.h"
#include "common/text/printable.h"
#include "common/text/scanner.h"
#include "common/text/words.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kExec = "exec:";

/// What an option would have to do with daemons that are reached through pipes.
struct NotWithExec {
  std::string_view option, why;
};
constexpr std::array kNotWithExec{
    NotWithExec{"connections", "--daemons says how many there are"},
    NotWithExec{"source", "pipes have no addresses"},
    NotWithExec{"misbehave", "a daemon has no clients"},
};

void readExec(const CommandLine& commandLine, RunSettings& run) {
  for (const auto& [option, why] : kNotWithExec) {
    if (!commandLine.has(option)) continue;
    throw UsageError(fmt::format("--{} cannot be given with an exec: target: {}", option, why));
  }
  Words words = splitWords(std::string_view(run.target).substr(kExec.size()));
  if (!words.error.empty()) {
    throw UsageError(fmt::format("target '{}': {}", printable(run.target), words.error));
  }
  if (words.words.empty() || words.words.front().empty()) {
    throw UsageError(
        fmt::format("target '{}': a command is missing; accepted is exec:CMD, quoted "
                    "as in a shell",
                    printable(run.target)));
  }
  run.exec = std::move(words.words);
  run.keepAlive = true;
  if (run.connections == 0) run.connections = 1;
}

void readAddress(const CommandLine& commandLine, const RunSettings& run) {
  if (commandLine.has("daemons")) {
    throw UsageError("--daemons needs a target exec:CMD, which says what they are");
  }
  if (run.target.empty()) return;
  try {
    static_cast<void>(EndpointName::parse(run.target));
  } catch (const SyntaxError& e) {
    throw UsageError(fmt::format("target: {}", e.what()));
  }
  if (!run.sources.empty() && run.target.starts_with("unix:")) {
    throw UsageError("--source cannot be given with a unix: target, which has no addresses");
  }
}

/// Empty with --serve.
std::string onlyTarget(const CommandLine& commandLine, const RunSettings& run) {
  const std::vector<std::string>& operands = commandLine.operands;
  if (operands.empty() && run.serve.empty()) {
    throw UsageError(
        "a target is missing; accepted is HOST:PORT, unix:PATH, exec:CMD or --serve CMD");
  }
  if (operands.empty()) return {};
  if (!run.serve.empty()) {
    throw UsageError(
        fmt::format("--serve and the target '{}' cannot be given together: the "
                    "service that is started says where it listens",
                    printable(operands.front())));
  }
  if (operands.size() > 1) {
    throw UsageError(fmt::format("'{}': one target is accepted, and there is '{}' already",
                                 printable(operands[1]), printable(operands.front())));
  }
  return operands.front();
}

}  // namespace

void readTarget(const CommandLine& commandLine, RunSettings& run) {
  run.target = onlyTarget(commandLine, run);
  if (run.target.starts_with(kExec)) {
    readExec(commandLine, run);
  } else {
    readAddress(commandLine, run);
  }
}

}  // namespace iotcpd::loadgen
