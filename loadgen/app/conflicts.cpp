#include "loadgen/app/conflicts.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "loadgen/app/same_file.h"

namespace iotcpd::loadgen {

void checkExclusions(const CommandLine& commandLine, std::span<const Exclusion> exclusions) {
  for (const Exclusion& exclusion : exclusions) {
    if (!commandLine.has(exclusion.first) || !commandLine.has(exclusion.second)) continue;
    throw UsageError(fmt::format("--{} and --{} cannot be given together: {}", exclusion.first,
                                 exclusion.second, exclusion.why));
  }
}

void checkRequirements(const CommandLine& commandLine, std::span<const Requirement> requirements) {
  for (const Requirement& requirement : requirements) {
    if (!commandLine.has(requirement.option) || commandLine.has(requirement.needed)) continue;
    throw UsageError(fmt::format("--{} needs --{}", requirement.option, requirement.needed));
  }
}

void checkOutputsDiffer(const CommandLine& commandLine, std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string* path = commandLine.value(names[i]);
    for (std::size_t j = 0; path != nullptr && j < i; ++j) {
      const std::string* other = commandLine.value(names[j]);
      if (other == nullptr || *path == "/dev/null" || !isSameFile(*other, *path)) continue;
      throw UsageError(fmt::format("--{} and --{} cannot both be written to '{}'", names[j],
                                   names[i], printable(*path)));
    }
  }
}

void checkOutputsSpareInputs(const CommandLine& commandLine,
                             std::span<const std::string_view> outputs,
                             std::span<const std::string_view> inputs) {
  for (const std::string_view input : inputs) {
    const std::string* read = commandLine.value(input);
    for (const std::string_view output : outputs) {
      const std::string* written = read == nullptr ? nullptr : commandLine.value(output);
      if (written == nullptr || *written == "-" || !isSameFile(*read, *written)) continue;
      throw UsageError(fmt::format("--{} would replace '{}', which --{} reads", output,
                                   printable(*written), input));
    }
  }
}

bool writesToStandardOutput(const CommandLine& commandLine,
                            std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    const std::string* path = commandLine.value(name);
    return path != nullptr && *path == "-";
  });
}

}  // namespace iotcpd::loadgen
