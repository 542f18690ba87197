#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/text/printable.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/conflicts.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/result_files.h"
#include "loadgen/app/result_outputs.h"
#include "loadgen/result/comparison.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostFiles = 64;
constexpr std::array<std::string_view, 4> kOutputs{"json", "hgrm", "html", "junit"};

Result merged(const std::vector<Result>& results) {
  try {
    return mergeResults(results);
  } catch (const std::invalid_argument& e) {
    throw Failure(e.what(), kExitNoInput);
  }
}

void sayCautions(const std::vector<Result>& results) {
  for (const std::string& caution : mergeCautions(results)) {
    fmt::print(stderr, "iotcpd-loadgen: caution: {}\n", printable(caution));
  }
}

}  // namespace

int mergeCommand(const CommandLine& commandLine) {
  checkOutputsDiffer(commandLine, kOutputs);
  const ResultFiles files(commandLine, 2, kMostFiles);
  const Result result = merged(files.results());
  if (!commandLine.has("quiet")) sayCautions(files.results());
  ResultOutputs outputs(commandLine);
  const NamedResult named{"merged", &result};
  outputs.write({&named, 1});
  if (commandLine.has("quiet") || writesToStandardOutput(commandLine, kOutputs)) return kExitOk;
  return printAndExit("iotcpd-loadgen", textReport(result));
}

}  // namespace iotcpd::loadgen
