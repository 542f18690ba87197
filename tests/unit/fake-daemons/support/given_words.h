#pragma once

#include <string>
#include <vector>

#include "fake-daemons/app/options.h"

namespace iotcpd::fake {

/// The command line of these words.
inline CommandLine given(std::vector<std::string> words) {
  words.insert(words.begin(), "iotcpd-fake-daemon");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parseCommandLine(optionTable(), static_cast<int>(words.size()), argv.data());
}

}  // namespace iotcpd::fake
