#include <array>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/option_reader.h"
#include "loadgen/app/result_files.h"
#include "loadgen/report/comparison_text.h"
#include "loadgen/result/comparison.h"

namespace iotcpd::loadgen {
namespace {

struct CompareSettings {
  double tolerance = 0.05;
};

CompareSettings readSettings(const CommandLine& commandLine) {
  static const std::array<OptionSetter<CompareSettings>, 1> kRows{{
      {"tolerance",
       [](CompareSettings& settings, const std::string& text) {
         return putShare(settings.tolerance, text, 0, 10);
       }},
  }};
  CompareSettings settings;
  readOptions<CompareSettings>(commandLine, kRows, settings);
  return settings;
}

}  // namespace

int compareCommand(const CommandLine& commandLine) {
  const CompareSettings settings = readSettings(commandLine);
  const ResultFiles files(commandLine, 2, 2);
  const Comparison comparison =
      compareResults(files.results()[0], files.results()[1], settings.tolerance);
  const std::vector<NamedResult> named = files.named();
  if (!commandLine.has("quiet")) {
    const int code =
        printAndExit("iotcpd-loadgen", comparisonText(comparison, named[0].name, named[1].name));
    if (code != kExitOk) return code;
  }
  return comparison.hasWorse() ? kExitAssertion : kExitOk;
}

}  // namespace iotcpd::loadgen
