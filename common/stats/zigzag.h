#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace iotcpd {

/// Integers in few bytes when they are near 0, as HdrHistogram writes them ("ZigZag LEB128-64b9B"):
///
///     0, -1, 1, -2, ...  ->  0, 1, 2, 3, ...  ->  7 bits a byte, the lowest first, bit 7 set in
///     all
///                                                 but the last; a ninth byte has all its 8 bits
void appendZigZag(std::string& bytes, std::int64_t value);

/// The inverse, byte by byte, so that what is read need not be in memory.
class ZigZagReader {
 public:
  /// The value that ends with `byte`, if one does.
  [[nodiscard]] std::optional<std::int64_t> take(std::uint8_t byte);
  /// No value has begun and not ended.
  [[nodiscard]] bool isBetweenValues() const { return shift_ == 0; }

 private:
  std::uint64_t bits_ = 0;
  int shift_ = 0;
};

}  // namespace iotcpd
