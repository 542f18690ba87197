#pragma once

#include <string>

namespace iotcpd::loadgen {

/// Whether two paths lead to the same file, by whatever names, links included; it need not exist
/// yet. "-" is standard output and no file; devices can be shared and are the same only to
/// themselves by name.
[[nodiscard]] bool isSameFile(const std::string& one, const std::string& other);

}  // namespace iotcpd::loadgen
