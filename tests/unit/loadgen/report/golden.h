#pragma once

#include <string>
#include <string_view>

namespace iotcpd::loadgen {

/// Expects `text` to be what the file `name` of golden/ holds. With IOTCPD_UPDATE_GOLDEN in the
/// environment the file is written instead, to be read before it is committed.
void expectGolden(std::string_view name, const std::string& text);

/// The whole of a file; fails the test when there is none.
[[nodiscard]] std::string contentOf(const std::string& path);

}  // namespace iotcpd::loadgen
