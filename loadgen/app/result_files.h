#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/cli/option_table.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {

/// Results that were read from the files a command line names.
class ResultFiles {
 public:
  /// Throws UsageError unless there are `least` to `most` operands, ResultFileError for a file
  /// that is no result.
  ResultFiles(const CommandLine& commandLine, std::size_t least, std::size_t most);

  [[nodiscard]] const std::vector<Result>& results() const { return results_; }
  /// With the names of their files; as long as this lives.
  [[nodiscard]] std::vector<NamedResult> named() const;

 private:
  std::vector<std::string> paths_;
  std::vector<Result> results_;
};

}  // namespace iotcpd::loadgen
