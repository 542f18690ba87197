#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/cli/option_table.h"
#include "loadgen/app/report_file.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {

/// The files that a whole result is written to: --json, --hgrm, --html, --junit. (--csv and --hlog
/// are written as a run goes.)
class ResultOutputs {
 public:
  /// Opens those that the command line names. Throws Failure (74) for one that cannot be.
  explicit ResultOutputs(const CommandLine& commandLine);

  /// The first result to each; --html overlays all of them. Throws Failure (74) for the first that
  /// is not written, when the others are. At most once.
  /// REQUIRES: not empty.
  void write(std::span<const NamedResult> results);

 private:
  struct Output {
    std::string (*format)(std::span<const NamedResult>);
    ReportFile file;
  };
  std::vector<Output> outputs_;
};

}  // namespace iotcpd::loadgen
