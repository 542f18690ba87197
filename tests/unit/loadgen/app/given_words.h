#pragma once

#include <string>
#include <vector>

#include "common/cli/command_table.h"
#include "loadgen/app/options.h"

namespace iotcpd::loadgen {

/// The command line of a command with these words after it.
inline CommandLine given(std::string_view command, std::vector<std::string> words) {
  words.insert(words.begin(), {"iotcpd-loadgen", std::string(command)});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parseCommandLine(commandTable(), static_cast<int>(words.size()), argv.data()).line;
}

/// What `read` says of them; empty when it accepts them.
template <typename Read>
std::string usageErrorOf(Read read, std::string_view command, std::vector<std::string> words) {
  try {
    static_cast<void>(read(given(command, std::move(words))));
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

}  // namespace iotcpd::loadgen
