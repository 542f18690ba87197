#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/cli/option_table.h"

namespace iotcpd {
namespace {

constexpr std::size_t kMostEdits = 3;
constexpr std::size_t kMostNames = 3;

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other
/// (optimal string alignment). Three rows of the matrix are enough:
///
///     beforeLast  . . . .     cell = min(above + 1, left + 1, aboveLeft + (differ ? 1 : 0),
///     last        . . . .                two up and two left + 1 for a swap)
///     current     . . x
std::size_t editDistance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> beforeLast(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> current(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(beforeLast, last);
    std::swap(last, current);
    current[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        current[j] = std::min(current[j], beforeLast[j - 2] + 1);
      }
    }
  }
  return current[to.size()];
}

}  // namespace

std::vector<std::string_view> nearNames(std::span<const std::string_view> known,
                                        std::string_view name) {
  const std::size_t mostEdits = std::min(kMostEdits, name.size() / 3);
  std::vector<std::pair<std::size_t, std::string_view>> found;
  for (const std::string_view candidate : known) {
    const std::size_t edits = editDistance(name, candidate);
    if (edits <= mostEdits) found.emplace_back(edits, candidate);
  }
  // Stable: equally near names stay in their order.
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  if (found.size() > kMostNames) found.resize(kMostNames);

  std::vector<std::string_view> names;
  for (const auto& [edits, candidate] : found) names.push_back(candidate);
  return names;
}

std::vector<std::string_view> nearNames(const OptionTable& table, std::string_view name) {
  std::vector<std::string_view> known;
  for (const OptionGroup& group : table.groups) {
    for (const OptionSpec& spec : group.options) known.push_back(spec.name);
  }
  return nearNames(known, name);
}

}  // namespace iotcpd
