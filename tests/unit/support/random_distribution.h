#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "common/random/distribution.h"
#include "common/text/quantity.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd {

/// From 1ns to just below a day, of any magnitude.
inline Nanoseconds randomTime(TestRandom& random) {
  constexpr std::uint64_t kDay = 86'400'000'000'000;
  return Nanoseconds(static_cast<std::int64_t>(1 + random.ofAnySize(47) % (kDay - 1)));
}

inline std::string randomTimeText(TestRandom& random) { return formatDuration(randomTime(random)); }

inline std::string randomDistributionText(TestRandom& random, int depth = 0);

/// Shares that sum to a whole, each of a distribution of its own.
inline std::string randomMixText(TestRandom& random, int depth) {
  std::uint32_t left = Share::kWhole;
  std::string parts;
  while (left > 0) {
    const auto drawn = static_cast<std::uint32_t>(1 + random.below(Share::kWhole));
    const std::uint32_t share = drawn < left ? drawn : left;
    left -= share;
    if (!parts.empty()) parts += ", ";
    parts += fmt::format("{}:{}", formatShare({share}), randomDistributionText(random, depth + 1));
  }
  return "mix(" + parts + ')';
}

/// Any kind that needs no file, as Distribution::text() writes it.
inline std::string randomDistributionText(TestRandom& random, int depth) {
  std::string first = randomTimeText(random);
  const std::string second = randomTimeText(random);
  const double shape = 0.01 + static_cast<double>(random.ofAnySize(20) % 99'990) / 100;
  switch (random.below(depth < 3 ? 10 : 9)) {
    case 0:
      return "0s";
    case 1:
      return first;
    case 2:
      return fmt::format("uniform({}, {})", first, "24h");
    case 3:
      return fmt::format("normal({}, {})", first, second);
    case 4:
      return fmt::format("exp({})", first);
    case 5:
      return fmt::format("lognormal({}, p99={})", first, "24h");
    case 6:
      return fmt::format("pareto({}, {})", first, shape);
    case 7:
      return fmt::format("weibull({}, {})", first, shape);
    case 8:
      return fmt::format("load({}, {})", first, second);
    default:
      return randomMixText(random, depth);
  }
}

}  // namespace iotcpd
