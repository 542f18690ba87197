#include "common/stats/hdr_codec.h"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "common/stats/zigzag.h"
#include "common/stats/zlib_stream.h"
#include "common/text/base64.h"
#include "common/text/scanner.h"

// All numbers big-endian:
//
//     | cookie 4 | length 4 | zlib of: | cookie 4 | payload length 4 | normalising offset 4 |
//                                      | digits 4 | lowest 8 | highest 8 | ratio 8 | payload |
//
// The payload has a ZigZag number per cell, from 0 up to the last one that is not empty; a negative
// one stands for so many empty cells.

namespace iotcpd {
namespace {

constexpr std::uint32_t kCompressedCookie = 0x1c849314;
constexpr std::uint32_t kCookie = 0x1c849313;
constexpr std::size_t kOuterHeaderSize = 8;
constexpr std::size_t kHeaderSize = 40;
constexpr double kRatio = 1;
/// Of a number in the payload.
constexpr std::size_t kMostBytesPerCell = 9;
/// What a histogram may take. At most 47 MiB are possible: 5 digits and 46 buckets.
constexpr std::size_t kMostMemory = 64UL << 20;

void appendBigEndian(std::string& bytes, std::uint64_t value, int size) {
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
}

std::uint64_t bigEndian(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(offset, size)) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::int32_t bigEndianInt(std::string_view bytes, std::size_t offset) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(bigEndian(bytes, offset, 4)));
}

std::string payloadOf(const HdrHistogram& histogram) {
  const auto counts = histogram.counts();
  std::size_t size = counts.size();
  while (size > 1 && counts[size - 1] == 0) --size;
  std::string payload;
  for (std::size_t i = 0; i < size;) {
    std::size_t next = i + 1;
    if (counts[i] == 0) {
      while (next < size && counts[next] == 0) ++next;
    }
    // A single empty cell is a count of 0, not a run of one.
    appendZigZag(payload, next - i > 1 ? -static_cast<std::int64_t>(next - i) : counts[i]);
    i = next;
  }
  return payload;
}

/// The bytes of a zlib stream one by one, through a buffer of fixed size.
class ByteSource {
 public:
  explicit ByteSource(std::string_view compressed) : inflater_(compressed) {}

  std::optional<std::uint8_t> next() {
    if (position_ == size_) {
      position_ = 0;
      size_ = inflater_.read(buffer_);
      if (size_ == 0) return {};
    }
    return static_cast<std::uint8_t>(buffer_[position_++]);
  }

 private:
  Inflater inflater_;
  std::array<char, 4096> buffer_{};
  std::size_t position_ = 0;
  std::size_t size_ = 0;
};

/// What stands before the payload, as it is in the bytes.
struct Header {
  std::int32_t payloadLength;
  std::int32_t digits;
  std::int64_t lowest;
  std::int64_t highest;
};

Header readHeader(ByteSource& source) {
  std::string bytes;
  while (bytes.size() < kHeaderSize) {
    const auto byte = source.next();
    if (!byte) {
      throw HistogramFormatError(
          fmt::format("header of {} bytes, expected {}", bytes.size(), kHeaderSize));
    }
    bytes += static_cast<char>(*byte);
  }
  if (const auto cookie = bigEndian(bytes, 0, 4); cookie != kCookie) {
    throw HistogramFormatError(
        fmt::format("inner cookie {:#010x}, expected {:#010x} (V2)", cookie, kCookie));
  }
  if (const std::int32_t offset = bigEndianInt(bytes, 8); offset != 0) {
    throw HistogramFormatError(
        fmt::format("normalising offset {}, expected 0: shifted ones are not read", offset));
  }
  if (const auto ratio = std::bit_cast<double>(bigEndian(bytes, 32, 8)); ratio != kRatio) {
    throw HistogramFormatError(
        fmt::format("conversion ratio {}, expected 1: those of fractions are not read", ratio));
  }
  return {bigEndianInt(bytes, 4), bigEndianInt(bytes, 12),
          static_cast<std::int64_t>(bigEndian(bytes, 16, 8)),
          static_cast<std::int64_t>(bigEndian(bytes, 24, 8))};
}

HdrHistogram emptyHistogram(const Header& header) try {
  HdrHistogram histogram(header.lowest, header.highest, header.digits);
  if (histogram.counts().size_bytes() > kMostMemory) {
    throw HistogramFormatError("more than 64 MiB of counts");
  }
  return histogram;
} catch (const std::invalid_argument& error) {
  throw HistogramFormatError(fmt::format("range {} to {} with {} digits; {}", header.lowest,
                                         header.highest, header.digits, error.what()));
}

/// Puts the numbers of a payload into the cells from left to right.
class CellWriter {
 public:
  explicit CellWriter(HdrHistogram& histogram) : histogram_(histogram) {}

  void add(std::int64_t number) {
    const std::size_t left = histogram_.counts().size() - cell_;
    const std::uint64_t cells = number < 0 ? 0 - static_cast<std::uint64_t>(number) : 1;
    if (cells > left) {
      throw HistogramFormatError(fmt::format("counts for more than the {} cells that there are",
                                             histogram_.counts().size()));
    }
    if (number > std::numeric_limits<std::int64_t>::max() - histogram_.count()) {
      throw HistogramFormatError("more than 2^63 - 1 values");
    }
    if (number > 0) histogram_.addToCell(cell_, number);
    cell_ += cells;
  }

 private:
  HdrHistogram& histogram_;
  std::size_t cell_ = 0;
};

void readPayload(ByteSource& source, std::int32_t length, HdrHistogram& histogram) {
  const std::size_t most = histogram.counts().size() * kMostBytesPerCell;
  if (length < 0 || static_cast<std::size_t>(length) > most) {
    throw HistogramFormatError(fmt::format("payload of {} bytes, expected 0 to {}", length, most));
  }
  CellWriter cells(histogram);
  ZigZagReader reader;
  for (std::int32_t i = 0; i < length; ++i) {
    const auto byte = source.next();
    if (!byte) {
      throw HistogramFormatError(fmt::format("payload of {} bytes, expected {}", i, length));
    }
    if (const auto number = reader.take(*byte)) cells.add(*number);
  }
  if (!reader.isBetweenValues()) throw HistogramFormatError("payload ends within a count");
  if (source.next()) {
    throw HistogramFormatError(fmt::format("payload longer than the {} bytes stated", length));
  }
}

HdrHistogram decodeBytes(std::string_view bytes) {
  if (bytes.size() < kOuterHeaderSize) {
    throw HistogramFormatError(
        fmt::format("{} bytes, expected {} or more", bytes.size(), kOuterHeaderSize));
  }
  if (const auto cookie = bigEndian(bytes, 0, 4); cookie != kCompressedCookie) {
    throw HistogramFormatError(fmt::format("cookie {:#010x}, expected {:#010x} (V2, compressed)",
                                           cookie, kCompressedCookie));
  }
  const std::string_view compressed = bytes.substr(kOuterHeaderSize);
  if (const auto length = bigEndian(bytes, 4, 4); length != compressed.size()) {
    throw HistogramFormatError(
        fmt::format("{} bytes of zlib data, expected {}", compressed.size(), length));
  }
  ByteSource source(compressed);
  const Header header = readHeader(source);
  HdrHistogram histogram = emptyHistogram(header);
  readPayload(source, header.payloadLength, histogram);
  return histogram;
}

}  // namespace

std::string encodeHistogram(const HdrHistogram& histogram) {
  const std::string payload = payloadOf(histogram);
  std::string inner;
  inner.reserve(kHeaderSize + payload.size());
  appendBigEndian(inner, kCookie, 4);
  appendBigEndian(inner, payload.size(), 4);
  appendBigEndian(inner, 0, 4);
  appendBigEndian(inner, static_cast<std::uint64_t>(histogram.significantDigits()), 4);
  appendBigEndian(inner, static_cast<std::uint64_t>(histogram.lowest()), 8);
  appendBigEndian(inner, static_cast<std::uint64_t>(histogram.highest()), 8);
  appendBigEndian(inner, std::bit_cast<std::uint64_t>(kRatio), 8);
  inner += payload;

  const std::string compressed = deflateBytes(inner);
  std::string bytes;
  appendBigEndian(bytes, kCompressedCookie, 4);
  appendBigEndian(bytes, compressed.size(), 4);
  bytes += compressed;
  return encodeBase64(bytes);
}

HdrHistogram decodeHistogram(std::string_view base64) try {
  return decodeBytes(decodeBase64(base64));
} catch (const HistogramFormatError& error) {
  throw HistogramFormatError(fmt::format("not a histogram: {}", error.what()));
} catch (const SyntaxError& error) {
  throw HistogramFormatError(fmt::format("not a histogram: {}", error.what()));
} catch (const ZlibError& error) {
  throw HistogramFormatError(fmt::format("not a histogram: {}", error.what()));
}

}  // namespace iotcpd
