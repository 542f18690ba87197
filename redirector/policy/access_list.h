#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/net/cidr.h"

namespace iotcpd::redirector {

enum class Refusal { kNotAllowed, kPerSource };

/// Who may connect, and how often at the same time. Clients of a UNIX socket have no address and
/// are always admitted: the socket's file mode is their access list.
class AccessList {
 public:
  /// `allowed` empty: everybody. `maxPerSource` 0: unlimited.
  AccessList(std::vector<Cidr> allowed, std::size_t maxPerSource)
      : allowed_(std::move(allowed)), maxPerSource_(maxPerSource) {}

  /// Counts the connection when it is admitted and there is a limit; each admitted one must be
  /// released.
  [[nodiscard]] std::optional<Refusal> admit(const IpAddress& source);
  void release(const IpAddress& source);

  /// New rules for connections to come; those admitted stay. `open`: their sources, each as often
  /// as it has connections.
  void setRules(std::vector<Cidr> allowed, std::size_t maxPerSource,
                const std::vector<IpAddress>& open);

 private:
  std::vector<Cidr> allowed_;
  std::size_t maxPerSource_;
  std::unordered_map<IpAddress, std::size_t> connections_;  ///< empty while there is no limit
};

}  // namespace iotcpd::redirector
