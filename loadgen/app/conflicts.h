#pragma once

#include <span>
#include <string_view>

#include "common/cli/option_table.h"

namespace iotcpd::loadgen {

/// Two options that cannot be given together, and why.
struct Exclusion {
  std::string_view first, second, why;
};
/// An option that means nothing without another.
struct Requirement {
  std::string_view option, needed;
};

/// Throw UsageError for the first that is violated, naming both options.
void checkExclusions(const CommandLine& commandLine, std::span<const Exclusion> exclusions);
void checkRequirements(const CommandLine& commandLine, std::span<const Requirement> requirements);

/// Throws UsageError when two options of `names` name the same file, by whatever path, or both
/// standard output.
void checkOutputsDiffer(const CommandLine& commandLine, std::span<const std::string_view> names);

/// Throws UsageError when one option of `outputs` names the file that one of `inputs` reads.
void checkOutputsSpareInputs(const CommandLine& commandLine,
                             std::span<const std::string_view> outputs,
                             std::span<const std::string_view> inputs);

/// Whether one of the options sends its file to standard output, so that no summary belongs there.
[[nodiscard]] bool writesToStandardOutput(const CommandLine& commandLine,
                                          std::span<const std::string_view> names);

}  // namespace iotcpd::loadgen
