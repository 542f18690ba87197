#include "redirector/policy/source_counts.h"

#include <cassert>

namespace iotcpd::redirector {

bool SourceCounts::add(std::size_t part, const IpAddress& source, std::size_t most) {
  const std::scoped_lock lock(mutex_);
  if (ofAll(source) >= most) return false;
  ++parts_[part][source];
  return true;
}

void SourceCounts::remove(std::size_t part, const IpAddress& source) {
  const std::scoped_lock lock(mutex_);
  const auto known = parts_[part].find(source);
  assert(known != parts_[part].end());
  // Forgotten with its last connection, so that the table never outgrows the open clients.
  if (--known->second == 0) parts_[part].erase(known);
}

void SourceCounts::replace(std::size_t part, const std::vector<IpAddress>& open) {
  const std::scoped_lock lock(mutex_);
  parts_[part].clear();
  for (const IpAddress& source : open) ++parts_[part][source];
}

std::size_t SourceCounts::ofAll(const IpAddress& source) const {
  std::size_t sum = 0;
  for (const Counts& counts : parts_) {
    const auto known = counts.find(source);
    if (known != counts.end()) sum += known->second;
  }
  return sum;
}

}  // namespace iotcpd::redirector
