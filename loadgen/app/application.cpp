#include "loadgen/app/application.h"

#include <array>
#include <exception>

#include <Poco/Exception.h>
#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/version.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/options.h"
#include "loadgen/drive/peer_address.h"
#include "loadgen/plan/plan.h"
#include "loadgen/report/output_file.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kProgram = "iotcpd-loadgen";

struct Handler {
  std::string_view command;
  int (*carryOut)(const CommandLine&);
};

constexpr std::array kHandlers{
    Handler{"run", runCommand},     Handler{"search", searchCommand},
    Handler{"plan", planCommand},   Handler{"compare", compareCommand},
    Handler{"merge", mergeCommand}, Handler{"report", reportCommand},
};

int carryOut(const GivenCommand& given) {
  for (const Handler& handler : kHandlers) {
    if (handler.command == given.command->name) return handler.carryOut(given.line);
  }
  throw Failure(fmt::format("this build cannot {}", given.command->name), kExitSoftware);
}

int runParsed(const GivenCommand& given) {
  if (given.line.has("help")) {
    return printAndExit(kProgram, given.command == nullptr ? helpText(commandTable())
                                                           : helpText(given.command->table));
  }
  if (given.command == nullptr) {
    return printAndExit(kProgram, fmt::format("{} {}\n", kProgram, kVersion));
  }
  return carryOut(given);
}

}  // namespace

int runApplication(int argc, char* const* argv) {
  try {
    return runParsed(parseCommandLine(commandTable(), argc, argv));
  } catch (const UsageError& e) {
    return complain(kProgram, e.what(), kExitUsage);
  } catch (const TargetError& e) {
    return complain(kProgram, e.what(), kExitUnavailable);
  } catch (const PlanError& e) {
    return complain(kProgram, e.what(), kExitNoInput);
  } catch (const ResultFileError& e) {
    return complain(kProgram, e.what(), kExitNoInput);
  } catch (const OutputFileError& e) {
    return complain(kProgram, e.what(), kExitIo);
  } catch (const Failure& e) {
    return complain(kProgram, e.what(), e.exitCode());
  } catch (const Poco::Exception& e) {
    return complain(kProgram, e.displayText(), kExitSoftware);
  } catch (const std::exception& e) {
    return complain(kProgram, e.what(), kExitSoftware);
  }
}

}  // namespace iotcpd::loadgen
