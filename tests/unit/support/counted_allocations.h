#pragma once

#include <cstdint>

namespace iotcpd {

/// How often operator new has been called in this process so far. A test executable that links
/// counted_allocations.cpp has that count; nothing else has.
[[nodiscard]] std::uint64_t countedAllocations();

}  // namespace iotcpd
