#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace iotcpd::loadgen {

/// How many connections one source address has local ports for within a minute, which is how long a
/// port rests after the side that closes first has closed (TIME_WAIT).
struct PortBudget {
  std::uint64_t portsPerAddress = 0;

  /// As /proc/sys/net/ipv4/ip_local_port_range says; Linux's default when it cannot be read.
  [[nodiscard]] static PortBudget read();
  /// How many addresses `connections` within a minute need, with a fifth of the ports left alone.
  [[nodiscard]] std::uint64_t addressesFor(double connections) const;
};

}  // namespace iotcpd::loadgen
