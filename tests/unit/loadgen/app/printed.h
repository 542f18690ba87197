#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "loadgen/app/application.h"

namespace iotcpd::loadgen {

/// What a command line comes to.
struct Printed {
  int code;
  std::string output;
  std::string complaint;
};

/// The program with these words after its name.
inline Printed printedBy(std::vector<std::string> words) {
  words.insert(words.begin(), "iotcpd-loadgen");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = runApplication(static_cast<int>(words.size()), argv.data());
  std::string output = ::testing::internal::GetCapturedStdout();
  return {code, std::move(output), ::testing::internal::GetCapturedStderr()};
}

}  // namespace iotcpd::loadgen
