#pragma once

#include <cstdint>

#include "common/random/random_stream.h"

namespace iotcpd::loadgen {

/// From 0 to `limit` - 1; takes one number from the stream. By multiplication (Lemire 2019) without
/// its rejection: of two values one is likelier by limit / 2^64 at the most. REQUIRES: limit > 0.
[[nodiscard]] inline std::uint64_t drawBelow(RandomStream& stream, std::uint64_t limit) {
  __extension__ using Uint128 = unsigned __int128;
  // cppcheck-suppress shiftTooManyBits ; it has 128
  return static_cast<std::uint64_t>((Uint128{stream.next()} * limit) >> 64U);
}

}  // namespace iotcpd::loadgen
