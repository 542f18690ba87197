#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace iotcpd {

/// Where a service listens, as its users write it:
///
///     ENDPOINT := HOST:PORT | [IPV6]:PORT | unix:PATH
///
/// A value; nothing is resolved.
struct EndpointName {
  std::string host;        ///< a name or an address, without brackets; empty: a UNIX socket
  std::uint16_t port = 0;  ///< 1 to 65535
  std::string path;        ///< of a UNIX socket, 1 to 107 bytes

  /// Throws SyntaxError.
  [[nodiscard]] static EndpointName parse(std::string_view text);
  /// Reads back as the same.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool isUnix() const { return host.empty(); }

  friend bool operator==(const EndpointName&, const EndpointName&) = default;
};

}  // namespace iotcpd
