#include "redirector/policy/access_list.h"

#include <algorithm>

namespace iotcpd::redirector {

std::optional<Refusal> AccessList::admit(const IpAddress& source) {
  const auto containsSource = [&](const Cidr& network) { return network.contains(source); };
  if (!allowed_.empty() && std::none_of(allowed_.begin(), allowed_.end(), containsSource)) {
    return Refusal::kNotAllowed;
  }
  if (maxPerSource_ > 0 && !counts_.add(part_, source, maxPerSource_)) return Refusal::kPerSource;
  return std::nullopt;
}

void AccessList::release(const IpAddress& source) {
  if (maxPerSource_ > 0) counts_.remove(part_, source);
}

void AccessList::setRules(std::vector<Cidr> allowed, std::size_t maxPerSource,
                          const std::vector<IpAddress>& open) {
  allowed_ = std::move(allowed);
  maxPerSource_ = maxPerSource;
  counts_.replace(part_, maxPerSource_ > 0 ? open : std::vector<IpAddress>());
}

}  // namespace iotcpd::redirector
