#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/fuzz/text_properties.h"

/// What libFuzzer calls for each input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::string trouble = iotcpd::fuzz::wordsTrouble(text);
  if (trouble.empty()) return 0;
  std::fputs((trouble + '\n').c_str(), stderr);
  std::abort();
}
