#include "tests/unit/loadgen/report/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {

void expectGolden(std::string_view name, const std::string& text) {
  const std::string path = std::string(IOTCPD_GOLDEN_FOLDER "/") + std::string(name);
  if (std::getenv("IOTCPD_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, contentOf(path)) << path;
}

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace iotcpd::loadgen
