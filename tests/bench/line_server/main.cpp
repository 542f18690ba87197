/// line-server: the common target of load generators.
///
/// Answers lines, HTTP/1.1 and RESP on one port, told apart by a connection's first line. With
/// --service it is the single server of queueing theory; with --stamp it is the witness of when
/// requests came. Prints "line-server listening: 127.0.0.1:PORT" when it can be connected to, and
/// "line-server served: N requests, M connections" upon SIGTERM or SIGINT.
#include <sys/prctl.h>

#include <array>
#include <cstdio>
#include <limits>
#include <string>

#include "common/cli/console.h"
#include "common/cli/option_table.h"
#include "common/text/quantity.h"
#include "common/text/scanner.h"
#include "tests/bench/line_server/server.h"
#include "tests/bench/yardstick.h"

namespace {

using iotcpd::OptionSpec;
using yardstick::ServerSettings;

constexpr std::array kOptions{
    iotcpd::kHelpOption,
    OptionSpec{.name = "port",
               .argument = "PORT",
               .defaultValue = "0",
               .accepts = "0 to 65535",
               .help = "Of 127.0.0.1; 0 takes a free one."},
    OptionSpec{.name = "protocol",
               .argument = "NAME",
               .defaultValue = "auto",
               .accepts = "one of auto, line, http, resp",
               .help = "What all connections speak."},
    OptionSpec{.name = "close", .help = "Close each connection after its first reply."},
    OptionSpec{.name = "service",
               .argument = "DIST",
               .accepts = "a distribution such as 2ms or exp(2ms)",
               .help = "Serve one request at a time, first come first served, each for so long."},
    OptionSpec{.name = "seed",
               .argument = "N",
               .defaultValue = "1",
               .accepts = "0 to 18446744073709551615",
               .help = "Of the service times."},
    OptionSpec{.name = "stamp",
               .argument = "FILE",
               .accepts = "a file to write",
               .help = "At the end, write a line 'ARRIVAL SERVICE' for each request: nanoseconds "
                       "of CLOCK_MONOTONIC, and of service."},
    OptionSpec{.name = "stamps",
               .argument = "N",
               .defaultValue = "1000000",
               .accepts = "1 to 100000000",
               .help = "How many of them there is room for."},
    OptionSpec{.name = "poll",
               .help = "Never sleep, so that stamps are not late by what waking up takes; takes a "
                       "core."},
};

constexpr std::array kGroups{iotcpd::OptionGroup{"Options", kOptions}};
constexpr iotcpd::OptionTable kTable{.program = "line-server",
                                     .synopsis = "[options]",
                                     .summary = "A fast server of lines, HTTP and RESP.",
                                     .groups = kGroups};

[[noreturn]] void refuse(const iotcpd::GivenOption& given) {
  throw iotcpd::UsageError("--" + std::string(given.spec->name) + " '" + given.value +
                           "': accepted is " + std::string(given.spec->accepts));
}

std::uint64_t count(const iotcpd::GivenOption& given, std::uint64_t least, std::uint64_t most) {
  const auto value = iotcpd::parseCount(given.value);
  if (!value || *value < least || *value > most) refuse(given);
  return *value;
}

yardstick::Protocol protocol(const iotcpd::GivenOption& given) {
  const auto value = yardstick::protocolNamed(given.value);
  if (!value) refuse(given);
  return *value;
}

void apply(const iotcpd::GivenOption& given, ServerSettings& settings) {
  const std::string_view name = given.spec->name;
  if (name == "port") settings.port = static_cast<std::uint16_t>(count(given, 0, 65535));
  if (name == "protocol") settings.protocol = protocol(given);
  if (name == "close") settings.closes = true;
  if (name == "service") settings.service = iotcpd::Distribution::parse(given.value);
  if (name == "seed") settings.seed = count(given, 0, std::numeric_limits<std::uint64_t>::max());
  if (name == "stamp") settings.stampFile = given.value;
  if (name == "poll") settings.polls = true;
  if (name == "stamps") settings.mostStamps = count(given, 1, 100'000'000);
}

int serve(const ServerSettings& settings) {
  yardstick::raiseDescriptorLimit();
  yardstick::check(::prctl(PR_SET_TIMERSLACK, 1), "PR_SET_TIMERSLACK");
  yardstick::Server server(settings);
  std::printf("line-server listening: 127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  server.run();
  std::printf("line-server served: %llu requests, %llu connections\n",
              static_cast<unsigned long long>(server.requests()),
              static_cast<unsigned long long>(server.connections()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ServerSettings settings;
  try {
    const iotcpd::CommandLine given = iotcpd::parseCommandLine(kTable, argc, argv);
    if (given.has("help")) return iotcpd::printAndExit("line-server", iotcpd::helpText(kTable));
    for (const auto& option : given.options) apply(option, settings);
    if (!given.operands.empty()) {
      throw iotcpd::UsageError("'" + given.operands[0] + "': line-server takes options only");
    }
  } catch (const std::exception& error) {
    return iotcpd::complain("line-server", error.what(), iotcpd::kExitUsage);
  }
  return serve(settings);
}
