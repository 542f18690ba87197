#include "common/cli/reference.h"

#include <fmt/format.h>

#include "common/cli/console.h"

namespace iotcpd {

namespace {

template <typename Table>
int printPart(const Table& table, int argc, char* const* argv) {
  const std::string program = fmt::format("{}-reference", table.program);
  const std::string_view wanted = argc == 2 ? argv[1] : "";
  if (wanted == "completion") return printAndExit(program, bashCompletion(table));
  if (wanted == "manual-options") return printAndExit(program, manualOptions(table));
  return complain(program, "accepts completion or manual-options", kExitUsage);
}

}  // namespace

int printReference(const OptionTable& table, int argc, char* const* argv) {
  return printPart(table, argc, argv);
}

int printReference(const CommandTable& table, int argc, char* const* argv) {
  return printPart(table, argc, argv);
}

}  // namespace iotcpd
