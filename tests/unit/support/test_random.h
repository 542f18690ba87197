#pragma once

#include <cstddef>
#include <cstdint>

#include "common/random/random_stream.h"

namespace iotcpd {

/// Seeded random values for property tests. Name the seed in a SCOPED_TRACE.
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed) : stream_(seed, "test") {}

  [[nodiscard]] std::uint64_t bits() { return stream_.next(); }
  /// 0 to `limit` - 1. REQUIRES: limit > 0.
  [[nodiscard]] std::size_t below(std::size_t limit) { return bits() % limit; }
  /// Of any magnitude: as likely to have 3 bits as 63.
  [[nodiscard]] std::uint64_t ofAnySize(int mostBits = 64) {
    const std::size_t width = below(static_cast<std::size_t>(mostBits) + 1);
    return width == 0 ? 0 : bits() >> (64 - width);
  }

 private:
  RandomStream stream_;
};

}  // namespace iotcpd
