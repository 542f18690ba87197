#include "common/net/endpoint_name.h"

#include <sys/un.h>

#include <fmt/format.h>

#include "common/net/cidr.h"
#include "common/text/quantity.h"
#include "common/text/scanner.h"

namespace iotcpd {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::size_t kMostPathBytes = sizeof(sockaddr_un::sun_path) - 1;

EndpointName parseUnix(std::string_view text) {
  const std::string_view path = text.substr(kUnix.size());
  if (path.empty() || path.size() > kMostPathBytes || path.find('\0') != std::string_view::npos) {
    throw SyntaxError(text, kUnix.size(), fmt::format("a path of 1 to {} bytes", kMostPathBytes));
  }
  return {{}, 0, std::string(path)};
}

std::uint16_t parsePort(std::string_view text, std::size_t position) {
  const auto port = parseCount(text.substr(position));
  if (!port || *port < 1 || *port > UINT16_MAX) {
    throw SyntaxError(text, position, "a port from 1 to 65535");
  }
  return static_cast<std::uint16_t>(*port);
}

/// "[::1]:9991"
EndpointName parseBracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  const std::string host(text.substr(1, end == std::string_view::npos ? end : end - 1));
  const auto address = IpAddress::parse(host);
  if (end == std::string_view::npos || !address || address->isV4()) {
    throw SyntaxError(text, 1, "an IPv6 address and ]");
  }
  if (!text.substr(end + 1).starts_with(':')) throw SyntaxError(text, end + 1, ":PORT");
  return {host, parsePort(text, end + 2), {}};
}

}  // namespace

EndpointName EndpointName::parse(std::string_view text) {
  if (text.starts_with(kUnix)) return parseUnix(text);
  if (text.starts_with('[')) return parseBracketed(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos && !text.empty()) {
    throw SyntaxError(text, text.size(), ":PORT");
  }
  if (text.empty() || colon == 0 || text.find('/') != std::string_view::npos) {
    throw SyntaxError(text, 0, "HOST:PORT, [IPV6]:PORT or unix:PATH");
  }
  if (text.find(':', colon + 1) != std::string_view::npos) {
    throw SyntaxError(text, 0, "an IPv6 address in brackets, [IPV6]:PORT");
  }
  return {std::string(text.substr(0, colon)), parsePort(text, colon + 1), {}};
}

std::string EndpointName::text() const {
  if (isUnix()) return fmt::format("{}{}", kUnix, path);
  const bool isV6 = host.find(':') != std::string::npos;
  return isV6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace iotcpd
