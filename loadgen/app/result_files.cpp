#include "loadgen/app/result_files.h"

#include <filesystem>

#include <fmt/format.h>

namespace iotcpd::loadgen {

ResultFiles::ResultFiles(const CommandLine& commandLine, std::size_t least, std::size_t most)
    : paths_(commandLine.operands) {
  if (paths_.size() < least || paths_.size() > most) {
    const std::string accepted =
        least == most ? std::to_string(least) : fmt::format("{} to {}", least, most);
    throw UsageError(fmt::format("{} result file{} given; accepted are {}", paths_.size(),
                                 paths_.size() == 1 ? " is" : "s are", accepted));
  }
  for (const std::string& path : paths_) results_.push_back(readResult(path));
}

std::vector<NamedResult> ResultFiles::named() const {
  std::vector<NamedResult> named;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const std::string stem = std::filesystem::path(paths_[i]).stem().string();
    named.push_back({stem.empty() ? paths_[i] : stem, &results_[i]});
  }
  return named;
}

}  // namespace iotcpd::loadgen
