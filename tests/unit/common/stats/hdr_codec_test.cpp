#include "common/stats/hdr_codec.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/stats/zigzag.h"
#include "common/stats/zlib_stream.h"
#include "common/text/base64.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// `value` in `size` bytes, the highest first.
std::string bigEndian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

std::string zigZag(std::initializer_list<std::int64_t> numbers) {
  std::string bytes;
  for (const std::int64_t number : numbers) appendZigZag(bytes, number);
  return bytes;
}

/// The parts of an encoded histogram, each of which a test can spoil.
struct Parts {
  std::uint64_t outerCookie = 0x1c849314;
  std::optional<std::size_t> compressedLength{};
  std::uint64_t cookie = 0x1c849313;
  std::optional<std::size_t> payloadLength{};
  std::uint64_t offset = 0;
  std::uint64_t digits = 3;
  std::int64_t lowest = 1;
  std::int64_t highest = kHour;
  double ratio = 1;
  std::string payload = zigZag({0, 5});
  std::string behind{};

  [[nodiscard]] std::string inner() const {
    return bigEndian(cookie, 4) + bigEndian(payloadLength.value_or(payload.size()), 4) +
           bigEndian(offset, 4) + bigEndian(digits, 4) +
           bigEndian(static_cast<std::uint64_t>(lowest), 8) +
           bigEndian(static_cast<std::uint64_t>(highest), 8) +
           bigEndian(std::bit_cast<std::uint64_t>(ratio), 8) + payload + behind;
  }
  [[nodiscard]] std::string outer(const std::string& compressed) const {
    return encodeBase64(bigEndian(outerCookie, 4) +
                        bigEndian(compressedLength.value_or(compressed.size()), 4) + compressed);
  }
  [[nodiscard]] std::string text() const { return outer(deflateBytes(inner())); }
};

std::string refusalOf(const std::string& base64) {
  try {
    static_cast<void>(decodeHistogram(base64));
  } catch (const HistogramFormatError& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith("not a histogram: "), Not(HasSubstr("\n"))));
    return error.what();
  }
  return "accepted";
}

std::string refusalOf(const Parts& parts) { return refusalOf(parts.text()); }

void expectSame(const HdrHistogram& left, const HdrHistogram& right) {
  EXPECT_EQ(left.lowest(), right.lowest());
  EXPECT_EQ(left.highest(), right.highest());
  EXPECT_EQ(left.significantDigits(), right.significantDigits());
  EXPECT_EQ(left.count(), right.count());
  EXPECT_TRUE(std::ranges::equal(left.counts(), right.counts()));
}

TEST(HdrCodec, ReadsBackWhatItWritesInEveryGeometry) {
  constexpr std::uint64_t kSeed = 6;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  TestRandom random(kSeed);
  for (int digits = 0; digits <= 5; ++digits) {
    for (const std::int64_t lowest : {1, 3, 1024}) {
      for (const std::int64_t highest : {2 * lowest, kHour, kMost}) {
        HdrHistogram histogram(lowest, highest, digits);
        for (int i = 0; i < 50; ++i) {
          histogram.record(static_cast<std::int64_t>(random.ofAnySize(63)),
                           static_cast<std::int64_t>(random.ofAnySize(50)));
        }
        expectSame(decodeHistogram(encodeHistogram(histogram)), histogram);
      }
    }
  }
}

TEST(HdrCodec, AnEmptyHistogramStaysEmpty) {
  const HdrHistogram decoded = decodeHistogram(encodeHistogram({1000, kHour, 2}));
  expectSame(decoded, {1000, kHour, 2});
  EXPECT_EQ(decoded.max(), 0);
}

TEST(HdrCodec, WritesTheBytesOfTheOriginal) {
  // The base64 of org.HdrHistogram 2.1.11 for the value 5, counted 7 times.
  HdrHistogram histogram(1, kHour, 3);
  histogram.record(5, 7);
  const std::string bytes = decodeBase64(encodeHistogram(histogram));
  Parts parts;
  parts.payload = zigZag({-5, 7});
  EXPECT_EQ(bytes, decodeBase64(parts.text()));
  EXPECT_EQ(bytes.substr(0, 4), "\x1c\x84\x93\x14");
}

TEST(HdrCodec, OneEmptyCellIsACountAndSeveralAreARun) {
  HdrHistogram histogram(1, kHour, 3);
  histogram.record(1);
  histogram.record(3);
  histogram.record(6);
  Parts parts;
  parts.payload = zigZag({0, 1, 0, 1, -2, 1});
  EXPECT_EQ(encodeHistogram(histogram), parts.text());
}

TEST(HdrCodec, ExtremesAreTheEndsOfTheirCells) {
  HdrHistogram histogram(1, kHour, 3);
  histogram.record(4097);
  histogram.record(1'000'003);
  const HdrHistogram decoded = decodeHistogram(encodeHistogram(histogram));
  EXPECT_EQ(decoded.min(), 4096);
  EXPECT_EQ(decoded.max(), 1'000'447);
  EXPECT_EQ(decoded.valueAtPercentile(100), 1'000'447);
}

TEST(HdrCodec, ReadsValuesOfZero) {
  Parts parts;
  parts.payload = zigZag({4, 0, 2});
  const HdrHistogram decoded = decodeHistogram(parts.text());
  EXPECT_EQ(decoded.count(), 6);
  EXPECT_EQ(decoded.min(), 0);
  EXPECT_EQ(decoded.max(), 2);
}

TEST(HdrCodec, RefusesTextThatIsNoBase64AtItsPlace) {
  EXPECT_THAT(refusalOf("HISTFAAA!"), HasSubstr("column 9: HISTFAAA<-- HERE !"));
  EXPECT_THAT(refusalOf(""), HasSubstr("0 bytes, expected 8 or more"));
  EXPECT_THAT(refusalOf("HISTFA=="), HasSubstr("4 bytes, expected 8 or more"));
}

TEST(HdrCodec, RefusesOtherCookies) {
  EXPECT_THAT(refusalOf(Parts{.outerCookie = 0x0c72124f}),
              HasSubstr("cookie 0x0c72124f, expected 0x1c849314"));
  EXPECT_THAT(refusalOf(Parts{.cookie = 0x1c849301}),
              HasSubstr("inner cookie 0x1c849301, expected 0x1c849313"));
}

TEST(HdrCodec, RefusesLengthsThatAreNotTrue) {
  EXPECT_THAT(refusalOf(Parts{.compressedLength = 3}), HasSubstr("zlib data, expected 3"));
  EXPECT_THAT(refusalOf(Parts{.payloadLength = 1}),
              HasSubstr("payload longer than the 1 bytes stated"));
  EXPECT_THAT(refusalOf(Parts{.payloadLength = 3}), HasSubstr("payload of 2 bytes, expected 3"));
  EXPECT_THAT(refusalOf(Parts{.behind = "x"}), HasSubstr("payload longer than the 2 bytes"));
  EXPECT_THAT(refusalOf(Parts{.payloadLength = 0xffffffff}),
              HasSubstr("payload of -1 bytes, expected 0 to 304128"));
  EXPECT_THAT(refusalOf(Parts{.payloadLength = 304'129}), HasSubstr("expected 0 to 304128"));
}

TEST(HdrCodec, RefusesWhatItCannotExpress) {
  EXPECT_EQ(refusalOf(Parts{}), "accepted");
  EXPECT_THAT(refusalOf(Parts{.offset = 1}), HasSubstr("normalising offset 1, expected 0"));
  EXPECT_THAT(refusalOf(Parts{.ratio = 0.5}), HasSubstr("conversion ratio 0.5, expected 1"));
  EXPECT_THAT(refusalOf(Parts{.ratio = std::numeric_limits<double>::quiet_NaN()}),
              HasSubstr("conversion ratio nan, expected 1"));
}

TEST(HdrCodec, RefusesARangeThatMakesNoSense) {
  EXPECT_EQ(refusalOf(Parts{.digits = 5, .highest = kMost}), "accepted");
  EXPECT_THAT(refusalOf(Parts{.digits = 6}), HasSubstr("range 1 to 3600000000000 with 6 digits"));
  EXPECT_THAT(refusalOf(Parts{.digits = 0xffffffff}), HasSubstr("with -1 digits"));
  EXPECT_THAT(refusalOf(Parts{.lowest = 0}), HasSubstr("range 0 to"));
  EXPECT_THAT(refusalOf(Parts{.lowest = 2, .highest = 3}), HasSubstr("range 2 to 3"));
  EXPECT_THAT(refusalOf(Parts{.lowest = std::int64_t{1} << 52, .highest = kMost}),
              HasSubstr("lowest is too high"));
}

TEST(HdrCodec, RefusesCountsForMoreCellsThanThereAre) {
  // 33 * 1024 cells.
  EXPECT_EQ(refusalOf(Parts{.payload = zigZag({-33'791, 1})}), "accepted");
  EXPECT_THAT(refusalOf(Parts{.payload = zigZag({-33'792, 1})}), HasSubstr("the 33792 cells"));
  EXPECT_EQ(refusalOf(Parts{.payload = zigZag({-33'792})}), "accepted");
  EXPECT_THAT(refusalOf(Parts{.payload = zigZag({-33'793})}), HasSubstr("the 33792 cells"));
  EXPECT_THAT(refusalOf(Parts{.payload = zigZag({1, std::numeric_limits<std::int64_t>::min()})}),
              HasSubstr("the 33792 cells"));
}

TEST(HdrCodec, RefusesMoreValuesThanCanBeCounted) {
  EXPECT_EQ(decodeHistogram(Parts{.payload = zigZag({1, kMost - 1})}.text()).count(), kMost);
  EXPECT_THAT(refusalOf(Parts{.payload = zigZag({2, kMost - 1})}), HasSubstr("2^63 - 1 values"));
}

TEST(HdrCodec, RefusesAPayloadThatEndsWithinACount) {
  EXPECT_THAT(refusalOf(Parts{.payload = "\x02\x80"}), HasSubstr("ends within a count"));
}

TEST(HdrCodec, RefusesWhatZlibRefuses) {
  const Parts parts;
  std::string compressed = deflateBytes(parts.inner());
  compressed.back() ^= 1;
  EXPECT_THAT(refusalOf(parts.outer(compressed)), HasSubstr("zlib: incorrect data check"));
  EXPECT_THAT(refusalOf(parts.outer("")), HasSubstr("zlib: the data breaks off"));
  EXPECT_THAT(refusalOf(parts.outer(deflateBytes(parts.inner().substr(0, 39)))),
              HasSubstr("header of 39 bytes, expected 40"));
}

TEST(HdrCodec, RefusesAStreamThatStandsForMegabytesWithoutReadingIt) {
  Parts parts;
  parts.behind = std::string(16UL << 20, '\0');
  EXPECT_THAT(refusalOf(parts), HasSubstr("payload longer than the 2 bytes stated"));
}

}  // namespace
}  // namespace iotcpd
