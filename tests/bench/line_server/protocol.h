#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace yardstick {

/// What a connection speaks; kDetect until its first line is there.
enum class Protocol { kDetect, kLine, kHttp, kResp };

/// "auto", "line", "http" or "resp"; nothing for any other text.
[[nodiscard]] std::optional<Protocol> protocolNamed(std::string_view name);

/// What `takeRequest` has found at the start of its input.
struct Taken {
  std::size_t bytes = 0;     ///< of the request; 0: it is not complete yet
  bool isLast = false;       ///< the client wants the connection closed after the reply
  bool isMalformed = false;  ///< no request of this protocol; there is nothing to go on with
};

/// Takes one request off the start of `input` and appends its reply to `reply`:
///
///     line   the line itself
///     HTTP   200 and "OK"; the body that Content-Length announces is skipped
///     RESP   PING, ECHO, SET, GET (always "xxx"), CONFIG GET (always "", for redis-benchmark), as
///            arrays or inline; an error reply for any other command
///
/// With kDetect it decides by the first line and says so in `protocol`: "*…" and "PING" are RESP,
/// "… HTTP/1.x" is HTTP, all else is lines. `closes`: the server is going to close after the reply,
/// which HTTP announces.
[[nodiscard]] Taken takeRequest(Protocol& protocol, std::string_view input, bool closes,
                                std::string& reply);

}  // namespace yardstick
