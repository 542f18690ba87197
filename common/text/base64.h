#pragma once

#include <string>
#include <string_view>

namespace iotcpd {

/// Base64 (RFC 4648, section 4) of bytes, padded, in one line.
[[nodiscard]] std::string encodeBase64(std::string_view bytes);

/// The bytes of which encodeBase64() makes exactly `text`: padding is wanted, white space is not.
/// Throws SyntaxError at the place.
[[nodiscard]] std::string decodeBase64(std::string_view text);

}  // namespace iotcpd
