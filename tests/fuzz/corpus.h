#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace iotcpd::fuzz {

/// What a text does wrong; empty when nothing.
using Property = std::string (*)(std::string_view text);

/// The property on each file of a folder of the corpus, and on each text that begins like it, as
/// the fuzzers would try first.
inline void expectNoTrouble(std::string_view folder, Property trouble) {
  int files = 0;
  const auto path = std::filesystem::path(IOTCPD_FUZZ_CORPUS) / folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream input(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    for (std::size_t size = 0; size <= text.size(); ++size) {
      ASSERT_EQ(trouble(std::string_view(text).substr(0, size)), "") << "first " << size;
    }
    ++files;
  }
  EXPECT_GT(files, 10) << path;
}

}  // namespace iotcpd::fuzz
