#include "common/stats/zlib_stream.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

/// Reads on until nothing comes, `step` bytes at a time.
std::string inflated(std::string_view compressed, std::size_t step = 7) {
  Inflater inflater(compressed);
  std::string all;
  std::string part(step, '\0');
  while (const std::size_t size = inflater.read(part)) all += part.substr(0, size);
  return all;
}

std::string text() {
  std::string all;
  for (int i = 0; i < 1000; ++i) all += std::to_string(i * i) + ',';
  return all;
}

TEST(ZlibStream, ReadsBackWhatItWrites) {
  const std::string compressed = deflateBytes(text());
  EXPECT_LT(compressed.size(), text().size());
  for (const std::size_t step : {1UL, 7UL, 100'000UL}) {
    EXPECT_EQ(inflated(compressed, step), text());
  }
  EXPECT_EQ(inflated(deflateBytes("")), "");
}

TEST(ZlibStream, ReadsOnlyAsMuchAsIsAskedForOfAStreamThatStandsForMegabytes) {
  const std::string compressed = deflateBytes(std::string(16UL << 20, '\0'));
  EXPECT_LT(compressed.size(), 100'000U);
  Inflater inflater(compressed);
  std::array<char, 16> some{};
  EXPECT_EQ(inflater.read(some), some.size());
}

TEST(ZlibStream, RefusesWhatBreaksOff) {
  const std::string compressed = deflateBytes(text());
  for (std::size_t size = 0; size < compressed.size(); ++size) {
    EXPECT_THROW(inflated(std::string_view(compressed).substr(0, size)), ZlibError) << size;
  }
}

TEST(ZlibStream, RefusesWhatIsCorrupt) {
  std::string compressed = deflateBytes(text());
  compressed.back() ^= 1;
  EXPECT_THROW(inflated(compressed), ZlibError) << "checksum";
  EXPECT_THROW(inflated("no zlib stream"), ZlibError);
  // FLEVEL 3 and FDICT, with a valid header checksum.
  EXPECT_THROW(inflated("\x78\xf9 1234567890"), ZlibError) << "preset dictionary";
}

TEST(ZlibStream, RefusesWhatFollowsTheEnd) {
  EXPECT_THROW(inflated(deflateBytes(text()) + 'x'), ZlibError);
}

}  // namespace
}  // namespace iotcpd
