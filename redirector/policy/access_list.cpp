#include "redirector/policy/access_list.h"

#include <algorithm>
#include <cassert>

namespace iotcpd::redirector {

std::optional<Refusal> AccessList::admit(const IpAddress& source) {
  const auto containsSource = [&](const Cidr& network) { return network.contains(source); };
  if (!allowed_.empty() && std::none_of(allowed_.begin(), allowed_.end(), containsSource)) {
    return Refusal::kNotAllowed;
  }
  if (maxPerSource_ == 0) return std::nullopt;
  std::size_t& open = connections_.try_emplace(source, 0).first->second;
  if (open >= maxPerSource_) return Refusal::kPerSource;
  ++open;
  return std::nullopt;
}

void AccessList::release(const IpAddress& source) {
  if (maxPerSource_ == 0) return;
  const auto known = connections_.find(source);
  assert(known != connections_.end());
  // Forgotten with its last connection, so that the table never outgrows the open clients.
  if (--known->second == 0) connections_.erase(known);
}

void AccessList::setRules(std::vector<Cidr> allowed, std::size_t maxPerSource,
                          const std::vector<IpAddress>& open) {
  allowed_ = std::move(allowed);
  maxPerSource_ = maxPerSource;
  connections_.clear();
  if (maxPerSource_ == 0) return;
  for (const IpAddress& source : open) ++connections_[source];
}

}  // namespace iotcpd::redirector
