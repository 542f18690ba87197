#pragma once

#include <cstddef>

namespace iotcpd::redirector {

/// What one of several shards, each of which a thread drives, has of things that are numbered from
/// 0: every `of`-th, from `index` on. Its part stays the same when their number changes.
struct Share {
  std::size_t index = 0;
  std::size_t of = 1;

  /// How many of `total` things it has.
  [[nodiscard]] constexpr std::size_t partOf(std::size_t total) const {
    return total / of + (index < total % of ? 1 : 0);
  }
  /// The number of the `nth` thing it has.
  [[nodiscard]] constexpr std::size_t number(std::size_t nth) const { return index + nth * of; }
};

}  // namespace iotcpd::redirector
