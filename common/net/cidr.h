#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace iotcpd {

/// An IPv4 or IPv6 address as 16 bytes; IPv4 is held IPv4-mapped (::ffff:a.b.c.d), so that both
/// families compare in one way.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// Nothing for a UNIX socket's address.
  [[nodiscard]] static std::optional<IpAddress> fromSockaddr(const sockaddr* address);
  /// "10.0.0.1", "::1", "::ffff:10.0.0.1"; no port, no brackets, no zone.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  [[nodiscard]] bool isV4() const;
  [[nodiscard]] std::string text() const;
  auto operator<=>(const IpAddress&) const = default;
};

/// A network: "10.0.0.0/8", "::1/128", or a bare address for that one alone. An IPv4 network
/// matches IPv4 addresses that arrive IPv4-mapped too, and "::/0" matches both families; host bits
/// must be zero.
struct Cidr {
  IpAddress network;
  int prefixBits = 128;  ///< within the 16 bytes: an IPv4 /8 is 104

  [[nodiscard]] static std::optional<Cidr> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& address) const;
  /// With the prefix length always: "10.0.0.0/8", "127.0.0.1/32".
  [[nodiscard]] std::string text() const;
};

}  // namespace iotcpd

template <>
struct std::hash<iotcpd::IpAddress> {
  std::size_t operator()(const iotcpd::IpAddress& address) const noexcept;
};
