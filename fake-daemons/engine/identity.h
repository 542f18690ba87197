#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/random/random_stream.h"

namespace iotcpd::fake {

/// Which process of a pool this is, and what its random numbers come from.
struct Identity {
  std::uint64_t seed = 0;
  std::uint64_t worker = 0;       ///< slot, from 0
  std::uint64_t incarnation = 1;  ///< of that slot, from 1

  /// The stream of one purpose, for this process alone.
  [[nodiscard]] RandomStream stream(std::string_view purpose) const {
    return {seed, std::to_string(worker) + '/' + std::to_string(incarnation) + '/' +
                      std::string(purpose)};
  }
};

}  // namespace iotcpd::fake
