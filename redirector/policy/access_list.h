#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/net/cidr.h"
#include "redirector/policy/source_counts.h"

namespace iotcpd::redirector {

enum class Refusal { kNotAllowed, kPerSource };

/// Who may connect, and how often at the same time. Clients of a UNIX socket have no address and
/// are always admitted: the socket's file mode is their access list.
class AccessList {
 public:
  /// `allowed` empty: everybody. `maxPerSource` 0: unlimited. Connections are counted in `part` of
  /// `counts`.
  AccessList(SourceCounts& counts, std::size_t part, std::vector<Cidr> allowed,
             std::size_t maxPerSource)
      : counts_(counts), part_(part), allowed_(std::move(allowed)), maxPerSource_(maxPerSource) {}

  /// Counts the connection when it is admitted and there is a limit; each admitted one must be
  /// released.
  [[nodiscard]] std::optional<Refusal> admit(const IpAddress& source);
  void release(const IpAddress& source);

  /// New rules for connections to come; those admitted stay. `open`: their sources, each as often
  /// as it has connections.
  void setRules(std::vector<Cidr> allowed, std::size_t maxPerSource,
                const std::vector<IpAddress>& open);

 private:
  SourceCounts& counts_;  ///< nothing in it while there is no limit
  std::size_t part_;
  std::vector<Cidr> allowed_;
  std::size_t maxPerSource_;
};

}  // namespace iotcpd::redirector
