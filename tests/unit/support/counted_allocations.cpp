#include "tests/unit/support/counted_allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): operator new has no object
std::atomic<std::uint64_t> allocations{0};

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc): operator new has to get its memory from somewhere
void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace iotcpd {

std::uint64_t countedAllocations() { return allocations; }

}  // namespace iotcpd
