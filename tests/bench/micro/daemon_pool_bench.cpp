#include <cstddef>

#include <benchmark/benchmark.h>

#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {
namespace {

/// What every dispatch costs the pool: one daemon out, one back. Half the slots are busy
/// throughout, as in a service at half its capacity; the cost must not grow with the pool.
void BM_borrow_giveBack(benchmark::State& state) {
  const auto slots = static_cast<std::size_t>(state.range(0));
  DaemonPool pool(slots);
  for (SlotId slot = 0; slot < slots; ++slot) {
    pool.start(slot);
    pool.prove(slot);
  }
  for (std::size_t busy = 0; busy < slots / 2; ++busy) {
    benchmark::DoNotOptimize(pool.borrow());
  }
  for ([[maybe_unused]] auto _ : state) {
    const auto slot = pool.borrow();
    benchmark::DoNotOptimize(slot);
    pool.giveBack(*slot);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_borrow_giveBack)->Arg(4)->Arg(32)->Arg(1024);

}  // namespace
}  // namespace iotcpd::redirector
