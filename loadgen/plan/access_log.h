#pragma once

#include <cstdint>
#include <string_view>

namespace iotcpd::loadgen {

/// One line of Squid's native access.log:
///
///     TIME.MS ELAPSED CLIENT CODE/STATUS BYTES METHOD URL IDENT HIERARCHY/FROM TYPE
///     1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://a.b/c - DIRECT/1.2.3.4
///     text/html
///
/// with blanks between the fields; what follows the tenth is not looked at. TIME is when Squid was
/// done with the request, ELAPSED how many milliseconds that took.
struct AccessLogEntry {
  std::int64_t beganMs = 0;  ///< TIME - ELAPSED, in milliseconds of the Unix epoch
  std::string_view client, method, url, ident;  ///< parts of the line

  /// Squid logs what was no request, such as a connection that closed early, under a URL "error:…".
  /// No redirector is asked about it.
  [[nodiscard]] bool isRequest() const { return !url.starts_with("error:"); }
};

/// Throws SyntaxError.
[[nodiscard]] AccessLogEntry parseAccessLogLine(std::string_view line);

}  // namespace iotcpd::loadgen
