#pragma once

#include <cstdint>

namespace iotcpd::loadgen {

/// A bijection of 64 bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014; constants of
/// Vigna's splitmix64.c).
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111eb;
  return value ^ (value >> 31U);
}

/// The number of the token of request `sequence` (from 1) in a run of this seed. Two requests of a
/// run never share one; neither do those of two runs, unless their mixed seeds are closer than the
/// runs are long: for 10 million requests each, once in 10^12 pairs of seeds.
[[nodiscard]] constexpr std::uint64_t requestToken(std::uint64_t seed, std::uint64_t sequence) {
  // The constant keeps the seed 0, which the mix leaves as it is, away from the numbers themselves.
  return mix64(mix64(seed + 0x9e3779b97f4a7c15) + sequence);
}

}  // namespace iotcpd::loadgen
