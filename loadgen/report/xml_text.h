#pragma once

#include <string>
#include <string_view>

namespace iotcpd::loadgen {

/// The bytes as XML 1.0 text, for content and for attributes in double quotes: UTF-8 stays, but
/// for what XML does not allow, even escaped (most control characters, broken UTF-8), \xNN is
/// shown byte by byte.
[[nodiscard]] std::string xmlText(std::string_view bytes);

}  // namespace iotcpd::loadgen
