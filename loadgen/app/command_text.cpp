#include "loadgen/app/command_text.h"

#include <fmt/format.h>

#include "common/text/words.h"

namespace iotcpd::loadgen {

std::string commandText(std::string_view command, const CommandLine& commandLine) {
  std::vector<std::string> words{"iotcpd-loadgen", std::string(command)};
  for (const GivenOption& given : commandLine.options) {
    const std::string name = fmt::format("--{}", given.spec->name);
    words.push_back(given.spec->argument.empty() ? name : fmt::format("{}={}", name, given.value));
  }
  const bool needsEnd = !commandLine.operands.empty() && commandLine.operands[0].starts_with('-');
  if (needsEnd) words.emplace_back("--");
  words.insert(words.end(), commandLine.operands.begin(), commandLine.operands.end());
  return joinWords(words);
}

}  // namespace iotcpd::loadgen
