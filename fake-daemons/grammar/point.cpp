#include <array>
#include <vector>

#include "fake-daemons/grammar/fault_parts.h"

namespace iotcpd::fake {
namespace {

constexpr std::array<std::string_view, kPoints> kPointNames{
    "startup",      "idle",        "before-read", "after-read", "mid-reply",
    "before-reply", "after-reply", "on-term",     "on-eof"};

}  // namespace

std::string_view pointName(Point point) { return kPointNames[static_cast<std::size_t>(point)]; }

std::string pointChoice(PointSet set) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kPoints; ++i) {
    if (contains(set, static_cast<Point>(i))) names.push_back(kPointNames[i]);
  }
  return choice(names, [](std::string_view name) { return std::string(name); });
}

Point parsePoint(Scanner& scanner) {
  const std::size_t start = scanner.position();
  const std::string_view name = scanner.word();
  for (std::size_t i = 0; i < kPoints; ++i) {
    if (name == kPointNames[i]) return static_cast<Point>(i);
  }
  scanner.failAt(start, "a point: " + pointChoice(kEveryPoint));
}

}  // namespace iotcpd::fake
