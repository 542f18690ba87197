#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace iotcpd {

/// A seeded stream of random numbers with a name. The same seed and name give the same numbers on
/// every platform; streams of different names are independent, so that adding one never shifts the
/// draws of another. xoshiro256** (Blackman and Vigna 2018) seeded by SplitMix64 over an FNV-1a
/// hash of the name.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// All 64 bits uniform.
  [[nodiscard]] std::uint64_t next();
  /// Uniform in [0, 1), 53 bits.
  [[nodiscard]] double uniform();

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// A seed from the kernel, for runs that need not be repeated. Throws std::system_error when the
/// kernel has none to give.
[[nodiscard]] std::uint64_t randomSeed();

}  // namespace iotcpd
