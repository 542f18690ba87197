#include "fake-daemons/app/application.h"

#include <malloc.h>

#include <cstdlib>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "common/version.h"
#include "fake-daemons/app/options.h"
#include "fake-daemons/app/settings_reader.h"
#include "fake-daemons/control/control_client.h"
#include "fake-daemons/daemon/daemon.h"
#include "fake-daemons/daemon/signal_flags.h"

namespace iotcpd::fake {
namespace {

constexpr std::string_view kProgram = "iotcpd-fake-daemon";
constexpr int kLongBlock = 256 * 1024;

std::uint64_t numberOf(const char* variable, std::uint64_t least, std::uint64_t absent) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return absent;
  const auto number = parseCount(text);
  if (!number || *number < least) {
    throw UsageError(
        fmt::format("environment variable {} is '{}'; accepted is a whole number from "
                    "{}",
                    variable, printable(text), least));
  }
  return *number;
}

int serve(const Settings& settings) {
  const Identity identity{settings.seed, numberOf("IOTCPD_WORKER", 0, 0),
                          numberOf("IOTCPD_INCARNATION", 1, 1)};
  // Long requests and replies are given back to the kernel, not kept for others as long.
  ::mallopt(M_MMAP_THRESHOLD, kLongBlock);
  // From here on TERM is a matter of faults.
  SignalFlags::install();
  Daemon daemon(settings, identity, makePersonality(settings, identity));
  const std::string obstacle = daemon.open();
  // cppcheck-suppress missingReturn ; run() does not come back
  if (!obstacle.empty()) return complain(kProgram, obstacle, kExitUnavailable);
  daemon.run();
}

int runParsed(const CommandLine& commandLine) {
  if (commandLine.has("help")) return printAndExit(kProgram, helpText(optionTable()));
  if (commandLine.has("version")) {
    return printAndExit(kProgram, fmt::format("{} {}\n", kProgram, kVersion));
  }
  if (commandLine.has("list-profiles")) return printAndExit(kProgram, listProfiles());
  const Settings settings = readSettings(commandLine);
  if (commandLine.has("print")) return printAndExit(kProgram, printSettings(settings));
  return serve(settings);
}

}  // namespace

int runApplication(int argc, char* const* argv) {
  try {
    if (argc > 1 && std::string_view(argv[1]) == "ctl") return runControlClient(argc - 2, argv + 2);
    return runParsed(parseCommandLine(optionTable(), argc, argv));
  } catch (const UsageError& e) {
    return complain(kProgram, e.what(), kExitUsage);
  } catch (const ProfileError& e) {
    return complain(kProgram, e.what(), e.exitCode());
  } catch (const std::exception& e) {
    return complain(kProgram, e.what(), kExitSoftware);
  }
}

}  // namespace iotcpd::fake
