#include "common/net/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace iotcpd {
namespace {

constexpr int kAddressBits = 128;
constexpr int kV4Bits = 32;
constexpr int kMappedBits = kAddressBits - kV4Bits;
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// `v4` in network byte order.
IpAddress mapped(const in_addr& v4) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), &v4, sizeof v4);
  return address;
}

/// Decimal without sign or leading zero, up to `limit`.
std::optional<int> parsePrefixBits(std::string_view text, int limit) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  unsigned bits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  if (error != std::errc() || stop != end || bits > static_cast<unsigned>(limit)) {
    return std::nullopt;
  }
  return static_cast<int>(bits);
}

/// Whether the first `bits` bits of both are the same.
bool samePrefix(const IpAddress& left, const IpAddress& right, int bits) {
  const auto wholeBytes = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(left.bytes.data(), right.bytes.data(), wholeBytes) != 0) return false;
  if (bits % 8 == 0) return true;
  const unsigned mask = 0xff00U >> (bits % 8) & 0xffU;
  return ((left.bytes[wholeBytes] ^ right.bytes[wholeBytes]) & mask) == 0;
}

/// Whether nothing is set after the first `bits` bits.
bool hostBitsAreZero(const IpAddress& address, int bits) {
  IpAddress network;
  for (int bit = 0; bit < bits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    network.bytes[byte] |= static_cast<std::uint8_t>(address.bytes[byte] & (0x80U >> (bit % 8)));
  }
  return network == address;
}

}  // namespace

std::optional<IpAddress> IpAddress::fromSockaddr(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return mapped(v4.sin_addr);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    IpAddress result;
    std::memcpy(result.bytes.data(), &v6.sin6_addr, result.bytes.size());
    return result;
  }
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton() reads up to a NUL: one inside the text would hide what follows it.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  const std::string terminated(text);
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return mapped(v4);
  IpAddress v6;
  if (::inet_pton(AF_INET6, terminated.c_str(), v6.bytes.data()) == 1) return v6;
  return std::nullopt;
}

bool IpAddress::isV4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (isV4()) {
    ::inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), buffer.data(), buffer.size());
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
  }
  return buffer.data();
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view addressText = text.substr(0, slash);
  const std::optional<IpAddress> network = IpAddress::parse(addressText);
  if (!network) return std::nullopt;
  if (slash == std::string_view::npos) return Cidr{*network, kAddressBits};

  const bool writtenAsV4 = addressText.find(':') == std::string_view::npos;
  const std::optional<int> bits =
      parsePrefixBits(text.substr(slash + 1), writtenAsV4 ? kV4Bits : kAddressBits);
  if (!bits) return std::nullopt;
  const int prefixBits = writtenAsV4 ? kMappedBits + *bits : *bits;
  if (!hostBitsAreZero(*network, prefixBits)) return std::nullopt;
  return Cidr{*network, prefixBits};
}

bool Cidr::contains(const IpAddress& address) const {
  return samePrefix(network, address, prefixBits);
}

std::string Cidr::text() const {
  // A network with the mapped prefix has at least those bits, as its host bits are zero.
  const int bits = network.isV4() ? prefixBits - kMappedBits : prefixBits;
  return network.text() + '/' + std::to_string(bits);
}

}  // namespace iotcpd

std::size_t std::hash<iotcpd::IpAddress>::operator()(
    const iotcpd::IpAddress& address) const noexcept {
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(address.bytes);
  // IPv4 addresses and those of one IPv6 prefix differ in few bits only; the multiplications
  // (MurmurHash3's finalizer) spread them over all.
  std::uint64_t mixed = halves[0] * 0x9e3779b97f4a7c15 ^ halves[1];
  mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccd;
  mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53;
  return mixed ^ (mixed >> 33);
}
