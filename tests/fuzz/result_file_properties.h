#pragma once

#include <string>
#include <string_view>

namespace iotcpd::fuzz {

/// As in properties.h: a result that is read is written as a text that reads back as itself;
/// another file is refused in one line that names it.
[[nodiscard]] std::string resultFileTrouble(std::string_view content);

}  // namespace iotcpd::fuzz
